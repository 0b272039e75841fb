#!/usr/bin/env python3
"""stretch: an ONNX model whose input says how large its output is. Needs onnx (Debian: python3-onnx).

Input  x float32[batch, 1]
Output y float32[batch, n], where n is the largest value of x, filled with each row's own value: [[3]] gives [[3, 3, 3]].
A large value makes the worker that runs it use more memory than it has.
"""
from pathlib import Path

from onnx import TensorProto, checker, helper, save

OPSET, IR_VERSION = 17, 8
TARGET = Path(__file__).resolve().parents[1] / "resources/dev/millrace/testkit/stretch.onnx"


def main():
    one = helper.make_tensor("one", TensorProto.INT64, [1], [1])
    nodes = [
        helper.make_node("ReduceMax", ["x"], ["largest"], axes=[0, 1], keepdims=0),
        helper.make_node("Cast", ["largest"], ["count"], to=TensorProto.INT64),
        helper.make_node("Reshape", ["count", "one"], ["width"]),
        helper.make_node("Concat", ["one", "width"], ["shape"], axis=0),
        helper.make_node("Expand", ["x", "shape"], ["y"]),
    ]
    graph = helper.make_graph(
        nodes,
        "stretch",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, ["batch", 1])],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, ["batch", "n"])],
        [one],
    )
    model = helper.make_model(
        graph, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=IR_VERSION, producer_name="millrace-testkit"
    )
    checker.check_model(model, full_check=True)
    TARGET.parent.mkdir(parents=True, exist_ok=True)
    save(model, str(TARGET))


if __name__ == "__main__":
    main()
