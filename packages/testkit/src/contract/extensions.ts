/**
 * Fields of Aviary's own inside the entities of the client API. Whatever is not here, nor in the API, is a mistake.
 * It must stay short: other clients never see these.
 */
import type { FieldCorrections } from "./entity-corrections.ts"

export const extensions: FieldCorrections = {
  "Error.code?": {
    as: "string",
    because: "the stable code of an error, as docs/errors.md lists them",
  },
  "ValidationError.code?": {
    as: "string",
    because: "the stable code of an error, as docs/errors.md lists them",
  },
  "InstanceApiVersions.aviary?": {
    as: "int",
    because: "lets Aviary's own client tell what this server adds",
  },
}
