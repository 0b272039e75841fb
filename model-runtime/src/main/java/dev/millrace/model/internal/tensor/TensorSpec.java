package dev.millrace.model.internal.tensor;

import java.util.List;

/// An input or output as the model declares it.
///
/// @param shape with open dimensions
/// @param dimensionNames one per dimension, empty where the model names none
public record TensorSpec(String name, TensorType type, Shape shape, List<String> dimensionNames) {
    private static final int MAX_ROW_ELEMENTS = 1 << 26;

    public TensorSpec {
        dimensionNames = List.copyOf(dimensionNames);
    }

    /// Whether the first dimension is open, so that any number of rows may be given.
    public boolean hasOpenRows() {
        return shape.rank() > 0 && shape.dimension(0) == Shape.OPEN;
    }

    /// Whether everything but the number of rows is fixed, so that a row has a known size.
    public boolean hasFixedRow() {
        return shape.rank() > 0 && !type.isText() && rowProduct() >= 0;
    }

    /// Elements of one row, where [#hasFixedRow] holds.
    public int rowElements() {
        return (int) rowProduct();
    }

    /// -1 when a dimension is open or the row is larger than any that fits in memory.
    private long rowProduct() {
        try {
            long product = shape.row().isOpen() ? -1 : shape.row().elements();
            return product > MAX_ROW_ELEMENTS ? -1 : product;
        } catch (RefusedException _) {
            return -1;
        }
    }

    public String rowName() {
        return dimensionNames.isEmpty() ? "" : dimensionNames.getFirst();
    }

    @Override
    public String toString() {
        return name + " " + type + shape;
    }
}
