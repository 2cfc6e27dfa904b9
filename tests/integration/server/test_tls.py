"""TLS and mutual TLS on a real socket, files replaced while both sides run."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import grpc
import pytest

from arf.kit.server import Service
from arf.kit.server.channel import Peer, PeerChannel
from arf.v1 import teacher_service_pb2, teacher_service_pb2_grpc, transcript_pb2
from tests.helpers import raw_calls
from tests.helpers.certificates import Authority, Pair
from tests.helpers.servers import LoopThread, Running, api
from tests.helpers.tokens import Issuer

Run = Callable[..., Running]
METHOD = "/arf.v1.TeacherService/Summarize"
CALL = transcript_pb2.Call(id="c1", turns=[transcript_pb2.Turn(text="hello")])
REQUEST = teacher_service_pb2.SummarizeRequest(call=CALL)


def serve(run: Run, pair: Pair, **settings: object) -> Running:
    return run(Service("teacher", [api("teacher")]), tls_cert=pair.cert, tls_key=pair.key, **settings)


def ask(target: str, credentials: grpc.ChannelCredentials) -> grpc.StatusCode:
    """What a new connection comes to."""
    with grpc.secure_channel(target, credentials) as channel:
        try:
            raw_calls.unary(channel, METHOD)(REQUEST.SerializeToString(), timeout=10)
        except grpc.RpcError as error:
            return error.code()
    return grpc.StatusCode.OK


def trusting(ca: Path, client: Pair | None = None) -> grpc.ChannelCredentials:
    if client is None:
        return grpc.ssl_channel_credentials(ca.read_bytes())
    return grpc.ssl_channel_credentials(ca.read_bytes(), client.key.read_bytes(), client.cert.read_bytes())


def replace(target: Pair, source: Pair) -> None:
    source.key.replace(target.key)
    source.cert.replace(target.cert)


def test_new_certificates_are_served_without_a_restart(run: Run, tmp_path: Path) -> None:
    old, new = Authority(tmp_path / "old"), Authority(tmp_path / "new")
    pair = old.pair("server")
    running = serve(run, pair)
    assert ask(running.target, trusting(old.ca)) == grpc.StatusCode.OK
    assert ask(running.target, trusting(new.ca)) == grpc.StatusCode.UNAVAILABLE

    replace(pair, new.pair("server"))

    assert ask(running.target, trusting(new.ca)) == grpc.StatusCode.OK
    assert ask(running.target, trusting(old.ca)) == grpc.StatusCode.UNAVAILABLE


def test_a_half_replaced_pair_leaves_the_old_one_in_use(run: Run, tmp_path: Path) -> None:
    old, new = Authority(tmp_path / "old"), Authority(tmp_path / "new")
    pair = old.pair("server")
    running = serve(run, pair)
    new.pair("server").key.replace(pair.key)

    assert ask(running.target, trusting(old.ca)) == grpc.StatusCode.OK


def test_clients_must_show_a_certificate_when_an_authority_for_them_is_given(run: Run, tmp_path: Path) -> None:
    authority, other = Authority(tmp_path / "ours"), Authority(tmp_path / "others")
    running = serve(run, authority.pair("server"), tls_client_ca=authority.ca)

    assert ask(running.target, trusting(authority.ca, authority.pair("client"))) == grpc.StatusCode.OK
    assert ask(running.target, trusting(authority.ca)) == grpc.StatusCode.UNAVAILABLE
    assert ask(running.target, trusting(authority.ca, other.pair("client"))) == grpc.StatusCode.UNAVAILABLE


def test_a_peer_channel_follows_its_files(run: Run, loop: LoopThread, issuer: Issuer, tmp_path: Path) -> None:
    old, new = Authority(tmp_path / "old"), Authority(tmp_path / "new")
    ca, token, pair = tmp_path / "ca.pem", tmp_path / "token", old.pair("server")
    ca.write_bytes(old.ca.read_bytes())
    token.write_text(issuer.token("read"), encoding="utf-8")
    first = serve(run, pair, jwks_file=issuer.jwks_file)

    async def conversation() -> list[grpc.StatusCode]:
        codes = []

        async def call() -> None:
            try:
                await stub.Summarize(REQUEST, wait_for_ready=False)
                codes.append(grpc.StatusCode.OK)
            except grpc.RpcError as error:
                codes.append(error.code())

        async with PeerChannel(Peer(first.target, ca=ca, token=token, deadline_s=10)) as channel:
            stub = teacher_service_pb2_grpc.TeacherServiceStub(channel)
            await call()
            token.write_text(issuer.token("submit") + "\n", encoding="utf-8")
            await call()
            before = channel.current()
            ca.write_bytes(new.ca.read_bytes())
            await call()
            ca.write_bytes(old.ca.read_bytes())
            await call()
            assert channel.current() is not before
        return codes

    assert loop.run(conversation()) == [
        grpc.StatusCode.PERMISSION_DENIED,
        grpc.StatusCode.OK,
        grpc.StatusCode.UNAVAILABLE,
        grpc.StatusCode.OK,
    ]


def test_a_call_without_a_deadline_of_its_own_has_the_peers(loop: LoopThread) -> None:
    async def call() -> grpc.StatusCode:
        async with PeerChannel(Peer("localhost:1", deadline_s=0.05)) as channel:
            stub = teacher_service_pb2_grpc.TeacherServiceStub(channel)
            with pytest.raises(grpc.RpcError) as caught:
                await stub.Summarize(REQUEST, wait_for_ready=True)
        return caught.value.code()

    assert loop.run(call()) == grpc.StatusCode.DEADLINE_EXCEEDED
