"""Error profiles as resources: computed of committed analyses, stored for good, listed.

A profile is immutable, and named by a hash of the analyses that it covers: asked for again while nothing has changed,
it is the one that is there, as it was made. Its examples quote calls, so each is sealed with its own call's key, and
goes when that call is forgotten; the numbers stay.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from arf.analysis.committed import CommittedAnalyses
from arf.analysis.profile import error_profile
from arf.analysis.profile_store import ProfileStore, SealedExample, StoredProfile
from arf.analysis.targeting import targets
from arf.kit.bus.ids import call_key
from arf.kit.errors import ArfError
from arf.privacy.seal import Forgotten
from arf.privacy.sealed_records import Seals, sealed_for_call, unsealed
from arf.v1.error_profile_pb2 import ErrorProfile, ProfileExample
from arf.v1.finding_pb2 import ErrorType
from arf.v1.record_filter_pb2 import RecordFilter

PREFIX = "errorProfiles/"
EXAMPLES = 3
"""Findings shown of each type where the request does not say."""


class NothingSelected(ArfError):
    """No committed analysis is such as the filter asks for."""


@dataclass(frozen=True)
class ProfilePage:
    """Profiles without their examples, and the token of the page after; empty on the last."""

    profiles: list[ErrorProfile]
    next_token: str


class Profiles:
    """The error profiles of all tenants. Everything blocks."""

    def __init__(
        self,
        analyses: CommittedAnalyses,
        store: ProfileStore,
        seals: Seals,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._analyses = analyses
        self._store = store
        self._seals = seals
        self._now = now

    def create(
        self,
        tenant: str,
        wanted: RecordFilter,
        sees: Mapping[str, Collection[ErrorType]],
        examples: int = 0,
        request_id: str = "",
    ) -> ErrorProfile:
        """The profile of the analyses that a filter selects; the same `request_id` again gives what it gave.

        `sees` says which error types each detector can see (`Analyzer.sees`). Raises NothingSelected, Unavailable.
        """
        if request_id and (known := self._store.of_request(tenant, request_id)) is not None:
            return self._opened(tenant, known)
        selected = self._analyses.select(tenant, wanted)
        if not selected:
            raise NothingSelected("filter: no committed analysis is such as it asks for")
        analyses = [committed.analysis for committed in selected]
        model = ", ".join(sorted({committed.model for committed in selected} - {""}))
        profile = error_profile(analyses, model, targets(analyses), sees=sees, examples=examples or EXAMPLES)
        profile.name = PREFIX + profile.profile_id
        profile.create_time.FromDatetime(self._now())
        profile.filter.CopyFrom(wanted)
        return self._opened(tenant, self._store.add(tenant, self._stored(tenant, profile), request_id))

    def get(self, tenant: str, name: str) -> ErrorProfile:
        """The profile of that name. Raises NotFound."""
        return self._opened(tenant, self._store.get(tenant, name.removeprefix(PREFIX)))

    def page(self, tenant: str, limit: int, token: str) -> ProfilePage:
        """A page of profiles, the newest first. Raises InvalidRecord for a token that was never given out."""
        page = self._store.page(tenant, limit, token)
        return ProfilePage([stored.profile for stored in page.profiles], page.next_token)

    def _stored(self, tenant: str, profile: ErrorProfile) -> StoredProfile:
        bare = ErrorProfile()
        bare.CopyFrom(profile)
        sealed: list[SealedExample] = []
        for kind in bare.types:
            for example in kind.examples:
                try:
                    sealed.append(
                        SealedExample(example.call_id, sealed_for_call(self._seals, tenant, example.call_id, example))
                    )
                except Forgotten:
                    continue
            kind.ClearField("examples")
        return StoredProfile(bare, tuple(sealed))

    def _opened(self, tenant: str, stored: StoredProfile) -> ErrorProfile:
        profile = ErrorProfile()
        profile.CopyFrom(stored.profile)
        by_type = {kind.type: kind for kind in profile.types}
        for sealed in stored.examples:
            try:
                example = unsealed(self._seals, sealed.example, call_key(tenant, sealed.call_id), ProfileExample)
            except Forgotten:
                continue
            by_type[example.finding.type].examples.append(example)
        return profile
