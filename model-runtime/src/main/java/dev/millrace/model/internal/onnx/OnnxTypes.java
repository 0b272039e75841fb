package dev.millrace.model.internal.onnx;

import ai.onnxruntime.OnnxJavaType;
import dev.millrace.model.internal.tensor.TensorType;

/// Element types as ONNX Runtime names them.
final class OnnxTypes {
    private OnnxTypes() {}

    static OnnxJavaType of(TensorType type) {
        return switch (type) {
            case BOOL -> OnnxJavaType.BOOL;
            case INT8 -> OnnxJavaType.INT8;
            case UINT8 -> OnnxJavaType.UINT8;
            case INT16 -> OnnxJavaType.INT16;
            case INT32 -> OnnxJavaType.INT32;
            case INT64 -> OnnxJavaType.INT64;
            case FP16 -> OnnxJavaType.FLOAT16;
            case FP32 -> OnnxJavaType.FLOAT;
            case FP64 -> OnnxJavaType.DOUBLE;
            case BYTES -> OnnxJavaType.STRING;
            case UINT16, UINT32, UINT64 ->
                throw new IllegalArgumentException(type + " (expected: a type that ONNX Runtime takes from Java)");
        };
    }
}
