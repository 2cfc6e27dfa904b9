"""How a thread ended, if the customer says so."""

from __future__ import annotations

from arf.tasks.customer_service.cues.lexicon import cue
from arf.tasks.customer_service.tagging.slots import Resolution
from arf.tasks.customer_service.threads.thread_text import cleaned
from arf.v1 import transcript_pb2 as t
from arf.v1.transcript_pb2 import Call

_RESOLVED = cue(
    r"(?:that|this|it|which)(?: has| just| did)? (?:worked|fixed (?:it|the|my)|did the trick|solved|sorted|resolved)",
    r"(?:it|it's|everything|all|now|is|are)(?: all| now| is)? (?:working(?! on)|works|fixed|sorted|resolved"
    r"|back up)(?: now| again| fine| great)?",
    r"(?:problem|issue) (?:is |was |has been |got |now )*(?:solved|resolved|fixed|sorted)|did work(?: out)?"
    r"|all (?:set|sorted|good) now|fine now",
    r"(?:got|have) (?:it|that|everything|this) (?:working|sorted|resolved|fixed)|thank you for making this right"
    r"|resolved itself",
)
_OPEN = cue(
    r"(?:still|yet|n't|not|no|never|nothing|until|if|when|once|hope|hopefully|need|want|same)",
)
_UNRESOLVED = cue(
    r"still (?:not|no|isn't|doesn't|won't|can't|getting|having|happening|doing|the same|there|waiting|nothing|same"
    r"|showing|broken|down)",
    r"(?:didn't|did not|doesn't|does not|hasn't|isn't|not) (?:work|help|working|fixed|resolved|solved|fix|helped"
    r"|helping)|no luck|same (?:problem|issue)",
    r"(?:problem|issue)(?: \S+){0,2} (?:persists|is still there|is back|continues)|to no avail|none (?:have|has"
    r"|of \S+) worked",
)
_LAST = 2


def outcome(call: Call) -> tuple[Resolution, str] | None:
    """What the customer's last words settle, and their turn; None if they settle nothing."""
    customer = [turn for turn in call.turns if turn.role == t.ROLE_CUSTOMER and turn.text.strip()]
    if len(customer) < 2:
        return None
    for place, turn in enumerate(reversed(customer[1:][-_LAST:])):
        text = cleaned(turn.text).lower()
        if place == 0 and "?" not in text and _UNRESOLVED.search(text):
            return Resolution.UNRESOLVED, turn.turn_id
        if any(_RESOLVED.search(part) and not _OPEN.search(part) for part in _parts(text)):
            return Resolution.RESOLVED, turn.turn_id
    return None


def _parts(text: str) -> list[str]:
    return [
        p
        for p in text.replace("!", ".").replace(" but ", ".").replace(",", ".").split(".")
        if p.strip() and not p.rstrip().endswith("?")
    ]
