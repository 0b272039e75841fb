package dev.millrace.model.internal.tensor;

import java.util.Arrays;
import java.util.Optional;

/// The type of a tensor's elements, named as the Open Inference Protocol names it.
public enum TensorType {
    BOOL(1, Kind.BOOLEAN),
    INT8(1, Kind.INTEGER),
    INT16(2, Kind.INTEGER),
    INT32(4, Kind.INTEGER),
    INT64(8, Kind.INTEGER),
    UINT8(1, Kind.INTEGER),
    UINT16(2, Kind.INTEGER),
    UINT32(4, Kind.INTEGER),
    UINT64(8, Kind.INTEGER),
    FP16(2, Kind.FLOAT),
    FP32(4, Kind.FLOAT),
    FP64(8, Kind.FLOAT),
    /// Strings of any length.
    BYTES(0, Kind.TEXT);

    private enum Kind {
        BOOLEAN,
        INTEGER,
        FLOAT,
        TEXT
    }

    private final int bytes;
    private final Kind kind;

    TensorType(int bytes, Kind kind) {
        this.bytes = bytes;
        this.kind = kind;
    }

    /// The size of one element, 0 for text.
    public int bytes() {
        return bytes;
    }

    public boolean isFloat() {
        return kind == Kind.FLOAT;
    }

    public boolean isText() {
        return kind == Kind.TEXT;
    }

    /// Whether elements of this type may be given where a model wants the other.
    ///
    /// Whole numbers become any number that can hold the value; fractions never become whole numbers.
    public boolean convertsTo(TensorType wanted) {
        return switch (kind) {
            case TEXT -> wanted.kind == Kind.TEXT;
            case FLOAT -> wanted.kind == Kind.FLOAT;
            case BOOLEAN, INTEGER -> wanted.kind != Kind.TEXT;
        };
    }

    public static Optional<TensorType> ofName(String name) {
        return Arrays.stream(values()).filter(type -> type.name().equals(name)).findFirst();
    }
}
