package dev.millrace.model.internal.onnx;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import dev.millrace.model.internal.tensor.Shape;
import java.util.ArrayList;
import java.util.List;

/// Tensors of text, which ONNX Runtime takes and gives as Java strings.
final class TextTensors {
    private TextTensors() {}

    static OnnxTensor create(OrtEnvironment environment, List<String> texts, Shape shape) throws OrtException {
        return OnnxTensor.createTensor(environment, texts.toArray(String[]::new), shape.toArray());
    }

    static List<String> read(OnnxTensor tensor) throws OrtException {
        var texts = new ArrayList<String>();
        flatten(tensor.getValue(), texts);
        return texts;
    }

    private static void flatten(Object value, List<String> into) {
        if (value instanceof Object[] values) {
            for (Object inner : values) {
                flatten(inner, into);
            }
        } else {
            into.add(String.valueOf(value));
        }
    }
}
