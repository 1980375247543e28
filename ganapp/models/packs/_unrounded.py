"""An ONNX file of eight bits without the rounding between its layers, which comes out by a step more or less from processor to processor:
with it a browser and a server would tell one picture apart. Its weights stay in eight bits."""

from __future__ import annotations

from pathlib import Path


def unrounded(file: Path | str) -> bytes:
    """The file whose activations are single numbers throughout."""
    import onnx

    model = onnx.load(str(file))
    graph = model.graph
    fixed = {each.name for each in graph.initializer}
    before = {
        node.output[0]: node.input[0]
        for node in graph.node
        if node.op_type == "QuantizeLinear" or (node.op_type == "DequantizeLinear" and node.input[0] not in fixed)
    }

    def source(name: str) -> str:
        while name in before:
            name = before[name]
        return name

    kept = [node for node in graph.node if node.output[0] not in before]
    for node in kept:
        node.input[:] = [source(name) for name in node.input]
    kept += [onnx.helper.make_node("Identity", [source(end.name)], [end.name]) for end in graph.output if end.name in before]
    used = {name for node in kept for name in node.input}
    tensors = [each for each in graph.initializer if each.name in used]
    for part, held in (("node", kept), ("initializer", tensors), ("value_info", [])):
        del getattr(graph, part)[:]
        getattr(graph, part).extend(held)
    blob: bytes = model.SerializeToString()
    return blob
