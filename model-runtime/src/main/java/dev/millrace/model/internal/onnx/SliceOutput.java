package dev.millrace.model.internal.onnx;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;

/// What a slice's rows came to: one run of bytes per output that travels by itself.
final class SliceOutput {
    private final int rows;
    private final List<ByteArrayOutputStream> parts = new ArrayList<>();

    SliceOutput(int rows) {
        this.rows = rows;
    }

    int rows() {
        return rows;
    }

    /// Where the bytes of one output go.
    ByteArrayOutputStream part(int index) {
        while (parts.size() <= index) {
            parts.add(new ByteArrayOutputStream());
        }
        return parts.get(index);
    }
}
