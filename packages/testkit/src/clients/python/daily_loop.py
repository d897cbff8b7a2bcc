"""A day with Mastodon.py. See ../script-loop.ts for how it talks to the one who runs it; it must never sleep to wait."""

import json
import os
import sys
import threading
import time

import requests
from mastodon import Mastodon, StreamListener

SCOPES = ["read", "write", "follow", "push"]
LIMIT = 20  # seconds for anything that arrives in the server's own time

scene = json.loads(sys.stdin.readline())
known = {}


def say(message):
    print(json.dumps(message), flush=True)


def ask(question, **details):
    say({"ask": question, **details})
    answer = json.loads(sys.stdin.readline())
    if "error" in answer:
        raise RuntimeError(answer["error"])
    return answer["value"]


def step(name):
    """Runs the function at once, and reports it; its value is kept under the name."""

    def run(function):
        try:
            known[name] = function()
            say({"step": name, "ok": True, "detail": ""})
        except KeyError as error:
            say({"step": name, "ok": False, "detail": "KeyError %s: an earlier step failed, or a field is missing" % error})
        except Exception as error:  # whatever a library raises is the finding
            say({"step": name, "ok": False, "detail": "%s: %s" % (type(error).__name__, error)})
        return function

    return run


def must(condition, message):
    if not condition:
        raise AssertionError(message)


def eventually(what, look):
    end = time.monotonic() + LIMIT
    while True:
        found = look()
        if found:
            return found
        must(time.monotonic() < end, "%s: not there after %s s" % (what, LIMIT))
        threading.Event().wait(0.1)


def find(statuses, id):
    return [status for status in statuses if int(status.id) == int(id)]


class SessionThatTells(requests.Session):
    """Tells when a stream is open: its headers have arrived."""

    def __init__(self):
        super().__init__()
        self.stream_open = threading.Event()

    def get(self, url, **options):
        response = super().get(url, **options)
        if options.get("stream") and response.status_code == 200:
            self.stream_open.set()
        return response


class Listener(StreamListener):
    def __init__(self):
        self.updates = {}
        self.changed = threading.Condition()

    def on_update(self, status):
        with self.changed:
            self.updates[int(status.id)] = status
            self.changed.notify_all()

    def wait_for(self, id):
        with self.changed:
            must(
                self.changed.wait_for(lambda: int(id) in self.updates, LIMIT),
                "no update for %s after %s s; saw %s" % (id, LIMIT, list(self.updates)),
            )
            return self.updates[int(id)]


session = SessionThatTells()


@step("log in")
def log_in():
    client_id, client_secret = Mastodon.create_app(
        "Daily loop", scopes=SCOPES, website="https://example.org", api_base_url=scene["baseUrl"]
    )
    api = Mastodon(
        client_id=client_id,
        client_secret=client_secret,
        api_base_url=scene["baseUrl"],
        session=session,
        request_timeout=LIMIT,
        ratelimit_method="throw",
        version_check_mode="changed",
    )
    code = ask("code", url=api.auth_request_url(scopes=SCOPES))
    api.log_in(code=code, scopes=SCOPES)
    me = api.account_verify_credentials()
    must(me.username == scene["username"], "signed in as %s" % me.username)
    return api


def api():
    return known["log in"]


@step("read the instance")
def read_instance():
    must(api().version_check_worked, "the version in /api/v1/instance/ could not be read")
    instance = api().instance()
    must(instance.title != "", "no title")
    must(api().instance_nodeinfo().software.name != "", "no software in NodeInfo")
    return instance


@step("post")
def post():
    text = "First post by Mastodon.py %s" % scene["mark"]
    status = api().status_post(text, visibility="unlisted", spoiler_text="about the day", language="en", idempotency_key=scene["mark"])
    must(status.visibility == "unlisted" and status.spoiler_text == "about the day", "visibility or warning lost")
    again = api().status_post(text, visibility="unlisted", spoiler_text="about the day", language="en", idempotency_key=scene["mark"])
    must(again.id == status.id, "the same Idempotency-Key made a second post")
    return status


@step("reply")
def reply():
    target = api().status(scene["targetId"])
    status = api().status_reply(target, "A reply %s" % scene["mark"])
    must(int(status.in_reply_to_id) == int(target.id), "not a reply to the target")
    must(any(mention.username == scene["otherUsername"] for mention in status.mentions), "no mention of the other")
    must(find(api().status_context(target).descendants, status.id), "not in the context of the target")
    return status


@step("favourite")
def favourite():
    must(api().status_favourite(scene["targetId"]).favourited, "not favourited")
    must(any(int(s.id) == int(scene["targetId"]) for s in api().favourites()), "not in the list of favourites")


@step("reblog")
def reblog():
    status = api().status_reblog(scene["targetId"])
    must(int(status.reblog.id) == int(scene["targetId"]), "the wrapper does not hold the target")


@step("bookmark")
def bookmark():
    must(api().status_bookmark(scene["targetId"]).bookmarked, "not bookmarked")
    must(find(api().bookmarks(), scene["targetId"]), "not in the list of bookmarks")


@step("search")
def search():
    def look():
        found = api().search(scene["otherUsername"], result_type="accounts").accounts
        return [account for account in found if account.username == scene["otherUsername"]]

    return eventually("the other member in search", look)[0]


@step("follow")
def follow():
    must(api().account_follow(scene["otherId"]).following, "not following")
    must(api().account_relationships(scene["otherId"])[0].following, "not following on a second look")


def finished(media):
    seen = api().media(media)
    return seen if seen.get("url") else None


@step("upload media")
def upload():
    media = api().media_post(scene["picture"], description="An orange square")
    return eventually("the picture", lambda: media if media.url else finished(media))


@step("post media")
def post_media():
    status = api().status_post("A picture %s" % scene["mark"], media_ids=[known["upload media"]])
    must(status.media_attachments[0].description == "An orange square", "the description is lost")
    return status


@step("poll")
def poll():
    options = api().make_poll(["tea", "coffee"], expires_in=3600)
    status = api().status_post("Tea or coffee? %s" % scene["mark"], poll=options)
    must([option.title for option in status.poll.options] == ["tea", "coffee"], "the options differ")


@step("read notifications")
def notifications():
    ask("favourite", id=str(known["post"].id))

    def look():
        seen = api().notifications(types=["favourite"])
        return [n for n in seen if n.type == "favourite" and int(n.status.id) == int(known["post"].id)]

    notification = eventually("the notification", look)[0]
    must(notification.account.username == scene["otherUsername"], "not from the other member")
    must(int(api().notifications(id=notification.id).id) == int(notification.id), "cannot be read by its id")


@step("read the home timeline")
def home():
    mine = int(known["post"].id)
    eventually("the post at home", lambda: find(api().timeline_home(limit=40), mine))
    page = api().timeline_home(limit=1)
    older = api().fetch_next(page)
    must(older and int(older[0].id) < int(page[0].id), "the next page is not older")


@step("read the public timeline")
def public():
    eventually("the target", lambda: find(api().timeline_public(limit=40), scene["targetId"]))
    eventually("the target", lambda: find(api().timeline_local(limit=40), scene["targetId"]))


@step("read the tag timeline")
def tag():
    eventually("the target", lambda: find(api().timeline_hashtag(scene["tag"]), scene["targetId"]))


@step("listen to the stream")
def stream():
    must(api().stream_healthy(), "the streaming API says that it is not well")
    listener = Listener()
    # The handle is never closed, for its close() may hang: the thread is a daemon and ends with the program.
    api().stream_user(listener, run_async=True, timeout=LIMIT)
    must(session.stream_open.wait(LIMIT), "the stream did not open")
    text = "Live from the other member %s" % scene["mark"]
    status = listener.wait_for(ask("post", text=text))
    must(status.account.username == scene["otherUsername"], "not by the other member")


@step("edit")
def edit():
    id = known["reply"].id
    must("edited" in api().status_update(id, "An edited reply %s" % scene["mark"]).content, "the text is the old one")
    must(len(api().status_history(id)) == 2, "the history does not have two versions")
    must("edited" in api().status_source(id).text, "the source is the old one")


@step("delete")
def delete():
    id = known["reply"].id
    must(api().status_delete(id).get("text"), "the deleted status does not come with its text")
    gone = requests.get("%s/api/v1/statuses/%s" % (scene["baseUrl"], id), timeout=LIMIT)
    must(gone.status_code == 404, "still there: %s" % gone.status_code)


@step("log out")
def log_out():
    client = api()
    token = client.access_token
    client.revoke_access_token()
    answer = requests.get(
        scene["baseUrl"] + "/api/v1/accounts/verify_credentials",
        headers={"Authorization": "Bearer " + token},
        timeout=LIMIT,
    )
    must(answer.status_code == 401, "the token still works: %s" % answer.status_code)


sys.stdout.flush()
# A thread that reads the stream must not hold up the end.
os._exit(0)
