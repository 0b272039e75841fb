package dev.millrace.model.internal.onnx;

import ai.onnxruntime.OnnxMap;
import ai.onnxruntime.OnnxSequence;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtException;
import dev.millrace.model.internal.tensor.OutputTensor;
import dev.millrace.model.internal.tensor.Shape;
import dev.millrace.model.internal.tensor.TensorSpec;
import dev.millrace.model.internal.tensor.TensorType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.TreeMap;

/// One map from class to probability per row, as scikit-learn's converter writes by default, read as a tensor
/// with a column per class in the order of their names.
final class ClassMaps {
    private ClassMaps() {}

    static TensorSpec spec(String name) {
        return new TensorSpec(name, TensorType.FP32, Shape.of(Shape.OPEN, Shape.OPEN), List.of("", ""));
    }

    static OutputTensor read(String name, OnnxSequence maps) throws OrtException {
        List<? extends OnnxValue> rows = maps.getValue();
        int columns = rows.isEmpty() ? 0 : ((OnnxMap) rows.getFirst()).size();
        ByteBuffer data =
                ByteBuffer.allocate(rows.size() * columns * Float.BYTES).order(ByteOrder.nativeOrder());
        for (OnnxValue row : rows) {
            try (row) {
                for (Object probability : new TreeMap<Object, Object>(((OnnxMap) row).getValue()).values()) {
                    data.putFloat((Float) probability);
                }
            }
        }
        return new OutputTensor(name, TensorType.FP32, Shape.of(rows.size(), columns), data.flip(), List.of());
    }
}
