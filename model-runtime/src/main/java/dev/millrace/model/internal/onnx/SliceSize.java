package dev.millrace.model.internal.onnx;

import dev.millrace.model.internal.tensor.RefusedException;
import dev.millrace.model.internal.tensor.TensorType;

/// How many rows make a slice.
///
/// @param bytes what a slice should have
/// @param maxRowBytes what one row may have
record SliceSize(int bytes, int maxRowBytes) {
    int rows(long rowElements, TensorType type) throws RefusedException {
        if (rowElements > maxRowBytes / type.bytes()) {
            throw RefusedException.tooLarge("one row has more than " + maxRowBytes + " bytes");
        }
        return (int) Math.max(1, bytes / (rowElements * type.bytes()));
    }
}
