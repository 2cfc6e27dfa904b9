"""The kinds of worker: what the one loop, arf.kit.bus.loop, does with the records that it takes."""
