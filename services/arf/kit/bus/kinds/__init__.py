"""The kinds of worker: what arf.kit.bus.loop does with the records that it polls."""
