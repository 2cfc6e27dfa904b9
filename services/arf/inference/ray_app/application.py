"""Builds a Serve application from the `args` of a Serve config file, which names `build` as its import path."""

# Serve finds the model of the arguments in the annotation itself: no postponed annotations here.

from typing import Any

from ray import serve
from ray.serve.config import RequestRouterConfig
from ray.serve.llm import LLMConfig, build_llm_deployment

from arf.inference.models import list_models
from arf.inference.ray_app.model_args import ModelArgs
from arf.inference.ray_app.server import AdapterServer

_SESSIONS = "ray.serve.experimental.consistent_hash_router.ConsistentHashRouter"


def build(args: ModelArgs) -> serve.Application:
    """The application. Keys and folders come with the environment of the nodes: configs are logged."""
    return build_llm_deployment(llm_config(args), deployment_cls=serve.ingress()(AdapterServer))


def llm_config(args: ModelArgs) -> LLMConfig:
    """What ray.llm needs to know."""
    on_cpu, resource = args.device == "cpu", {args.pool: 0.01} if args.pool else {}
    engine: dict[str, Any] = {"enable_prompt_tokens_details": True, "tensor_parallel_size": args.tensor_parallel_size}
    if args.adapters:
        # Twice as many in memory: those that have left the tables are served on for a while.
        engine |= {"enable_lora": True, "max_loras": args.adapters, "max_cpu_loras": 2 * args.adapters}
        engine |= {"max_lora_rank": args.max_rank}
    environment = {"VLLM_NO_USAGE_STATS": "1", "HF_HUB_OFFLINE": "1", "VLLM_ALLOW_RUNTIME_LORA_UPDATING": "1"}
    if on_cpu:
        engine |= {"block_size": 32}
        if args.adapters:
            engine |= {"worker_extension_cls": "arf.inference.ray_app.cpu_lora.Extension"}
        environment |= {"VLLM_CPU_KVCACHE_SPACE": str(args.kv_cache_gib), "VLLM_CPU_OMP_THREADS_BIND": args.cores}
    bundle = {"CPU": 1, **({} if on_cpu else {"GPU": 1}), **resource}
    return LLMConfig(
        model_loading_config={
            "model_id": args.name,
            "model_source": str(list_models().get(args.source) or args.source),
        },
        accelerator_type=args.accelerator_type,
        accelerator_config={"kind": args.device},
        server_cls=AdapterServer,
        engine_kwargs=engine | args.engine,
        placement_group_config={"bundles": [bundle] * args.tensor_parallel_size},
        deployment_config={
            "ray_actor_options": {"num_cpus": 0, "resources": resource},
            # A call's requests name it in x-session-id, and so find its prefix in the cache of one replica.
            "request_router_config": RequestRouterConfig(request_router_class=_SESSIONS),
            "health_check_period_s": 2,
            "graceful_shutdown_timeout_s": 60,
            **args.deployment,
        },
        runtime_env={"env_vars": environment},
    )
