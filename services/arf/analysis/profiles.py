"""Error profiles as immutable resources, computed from committed analyses.

A profile's name is a hash of the analyses it covers: asking again while nothing has changed returns the stored one. Its
examples quote calls, so each is sealed with its call's key and disappears when that call is forgotten; the figures
stay.
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
"""Examples per error type if the request does not say."""


class NothingSelected(ArfError):
    """No committed analysis matches the filter."""


@dataclass(frozen=True)
class ProfilePage:
    """Profiles without examples, and the token of the next page, empty on the last."""

    profiles: list[ErrorProfile]
    next_token: str


class Profiles:
    """All tenants' error profiles. All methods block."""

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
        """The profile of the analyses that match a filter; repeating a `request_id` returns the same profile.

        `sees` gives the error types that each detector can find (`Analyzer.sees`). Raises NothingSelected, Unavailable.
        """
        if request_id and (known := self._store.of_request(tenant, request_id)) is not None:
            return self._opened(tenant, known)
        selected = self._analyses.select(tenant, wanted)
        if not selected:
            raise NothingSelected("filter: no committed analysis matches")
        analyses = [committed.analysis for committed in selected]
        model = ", ".join(sorted({committed.model for committed in selected} - {""}))
        profile = error_profile(analyses, model, targets(analyses), sees=sees, examples=examples or EXAMPLES)
        profile.name = PREFIX + profile.profile_id
        profile.create_time.FromDatetime(self._now())
        profile.filter.CopyFrom(wanted)
        return self._opened(tenant, self._store.add(tenant, self._stored(tenant, profile), request_id))

    def get(self, tenant: str, name: str) -> ErrorProfile:
        """The profile with this name. Raises NotFound."""
        return self._opened(tenant, self._store.get(tenant, name.removeprefix(PREFIX)))

    def page(self, tenant: str, limit: int, token: str) -> ProfilePage:
        """One page of profiles, newest first. Raises InvalidRecord for an invalid page token."""
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
