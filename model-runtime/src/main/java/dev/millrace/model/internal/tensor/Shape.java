package dev.millrace.model.internal.tensor;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The dimensions of a tensor, the batch first; -1 stands for one that a model leaves open.
public final class Shape {
    public static final long OPEN = -1;

    /// More than any operator of ONNX uses.
    public static final int MAX_RANK = 32;

    private final long[] dimensions;

    private Shape(long[] dimensions) {
        this.dimensions = dimensions;
    }

    public static Shape of(long... dimensions) {
        return new Shape(dimensions.clone());
    }

    public static Shape of(List<Long> dimensions) {
        return new Shape(dimensions.stream().mapToLong(Long::longValue).toArray());
    }

    public int rank() {
        return dimensions.length;
    }

    public long dimension(int index) {
        return dimensions[index];
    }

    /// The first dimension, or 1 for a scalar.
    public long rows() {
        return dimensions.length == 0 ? 1 : dimensions[0];
    }

    public Shape withRows(long rows) {
        long[] changed = dimensions.clone();
        changed[0] = rows;
        return new Shape(changed);
    }

    public long[] toArray() {
        return dimensions.clone();
    }

    public boolean isOpen() {
        return Arrays.stream(dimensions).anyMatch(dimension -> dimension < 0);
    }

    /// The dimensions after the first.
    public Shape row() {
        return new Shape(Arrays.copyOfRange(dimensions, Math.min(1, dimensions.length), dimensions.length));
    }

    /// The product of the dimensions, none of which is open.
    ///
    /// @throws RefusedException for a negative dimension or a product that no tensor has
    public long elements() throws RefusedException {
        long product = 1;
        for (long dimension : dimensions) {
            if (dimension < 0) {
                throw RefusedException.badInput("shape " + this + ": a dimension is negative");
            }
            try {
                product = Math.multiplyExact(product, dimension);
            } catch (ArithmeticException _) {
                throw RefusedException.badInput("shape " + this + ": the number of elements overflows");
            }
        }
        return product;
    }

    /// Whether a tensor of this shape can be given where the other, with its open dimensions, is declared.
    public boolean fits(Shape declared) {
        if (declared.rank() != rank()) {
            return false;
        }
        for (int i = 0; i < dimensions.length; i++) {
            if (declared.dimensions[i] >= 0 && declared.dimensions[i] != dimensions[i]) {
                return false;
            }
        }
        return true;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Shape shape && Arrays.equals(dimensions, shape.dimensions);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(dimensions);
    }

    /// As `[b, 1, 8, 8]`: an open dimension reads `?`.
    @Override
    public String toString() {
        var text = new StringBuilder("[");
        for (int i = 0; i < dimensions.length; i++) {
            text.append(i == 0 ? "" : ", ").append(dimensions[i] == OPEN ? "?" : Long.toString(dimensions[i]));
        }
        return text.append(']').toString();
    }
}
