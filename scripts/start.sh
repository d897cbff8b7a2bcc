#!/bin/sh
# npm start: installs what is missing and becomes the network. `npm start -- --help` lists the options. A shell, so that no other
# process stays beside it: the one that npm, a terminal or systemd signals is Aviary itself.

cd "$(dirname "$0")/.." || exit
node=$(node scripts/prepare.mjs "$@") || exit
# Code that is compiled already: processes start in half the time and need less memory. Theirs get it from this one.
export NODE_COMPILE_CACHE="${NODE_COMPILE_CACHE:-$PWD/node_modules/.cache/compile}"
# The supervisor makes little garbage: a small young generation keeps it small. It collects what the start left (release-memory.ts).
exec "$node" --expose-gc --max-semi-space-size=2 apps/aviary/src/main.ts start "$@"
