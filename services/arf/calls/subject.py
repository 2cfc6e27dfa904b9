"""Tells the server that the requests of all services are about calls."""

from __future__ import annotations

from arf.kit.server.request_shape import RequestSubject
from arf.v1.transcript_pb2 import Call

CALL = RequestSubject(Call.DESCRIPTOR.full_name, id="id", parts="turns", text="text", reference="call_id")
