package dev.millrace.model.internal.tensor;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The inputs of the next run, filled by decoders, request after request, so that the rows of requests that
/// fit together lie one after another. Used by one thread.
///
/// [#begin] opens a request, [#start] and [#finish] or [#adapt] enclose each input of it, and [#commit] keeps
/// it.
public final class InputBatch implements AutoCloseable {
    private final ModelSignature signature;
    private final List<TensorBuffer> buffers;
    private final @Nullable Shape[] batch;
    private final @Nullable Shape[] request;
    private final int[] marks;
    private int rows;

    /// @param limitBytes the most that one input of one run may take
    public InputBatch(ModelSignature signature, int limitBytes) {
        this.signature = signature;
        this.buffers = signature.inputs().stream()
                .map(input -> new TensorBuffer(input.type(), limitBytes))
                .toList();
        this.batch = new Shape[buffers.size()];
        this.request = new Shape[buffers.size()];
        this.marks = new int[buffers.size()];
    }

    public ModelSignature signature() {
        return signature;
    }

    /// Empties it for the next run.
    public void reset() {
        buffers.forEach(TensorBuffer::reset);
        Arrays.fill(batch, null);
        rows = 0;
    }

    public void begin() {
        Arrays.fill(request, null);
        for (int i = 0; i < marks.length; i++) {
            marks[i] = buffers.get(i).elements();
        }
    }

    /// The buffer of an input, to be filled.
    public TensorBuffer start(int input) throws RefusedException {
        if (request[input] != null) {
            throw RefusedException.badInput(
                    "input '" + signature.inputs().get(input).name() + "' is given twice");
        }
        return buffers.get(input);
    }

    /// The only input, for formats that carry one unnamed tensor.
    public int onlyInput() throws RefusedException {
        if (signature.inputs().size() != 1) {
            throw RefusedException.badInput(
                    "the model has " + signature.inputs().size() + " inputs " + signature.inputs()
                            + ": name them, in the Open Inference Protocol or as {\"inputs\": {…}}");
        }
        return 0;
    }

    /// Ends an input whose shape is as the model declares it.
    public void finish(int input, Shape shape) throws RefusedException {
        TensorSpec spec = signature.inputs().get(input);
        long elements = shape.elements();
        int given = buffers.get(input).elements() - marks[input];
        if (elements != given) {
            throw RefusedException.badInput("input '" + spec.name() + "': " + given + " elements given for shape "
                    + shape + ", which has " + elements);
        }
        if (!shape.fits(spec.shape())) {
            throw doesNotFit(spec, shape);
        }
        if (elements == 0) {
            throw RefusedException.badInput("input '" + spec.name() + "': shape " + shape + " has no elements");
        }
        request[input] = shape;
    }

    /// Ends an input that may lack the batch dimension or be flat.
    public void adapt(int input, Shape shape) throws RefusedException {
        finish(input, adapted(signature.inputs().get(input), shape));
    }

    /// The shape with which a tensor of any reasonable shape is given to an input.
    public static Shape adapted(TensorSpec spec, Shape shape) throws RefusedException {
        Shape declared = spec.shape();
        if (shape.fits(declared)) {
            return shape;
        }
        if (!declared.isOpen() && declared.elements() == shape.elements()) {
            return declared;
        }
        if (!spec.hasOpenRows()) {
            throw doesNotFit(spec, shape);
        }
        if (shape.fits(declared.row())) {
            return prepend(shape);
        }
        if (!declared.row().isOpen() && shape.rank() > 0) {
            long row = declared.row().elements();
            if (shape.row().elements() == row) {
                return declared.withRows(shape.rows());
            }
            if (shape.rank() == 1 && shape.rows() == row) {
                return declared.withRows(1);
            }
        }
        throw doesNotFit(spec, shape);
    }

    /// Keeps the request that was begun if its rows can follow those before; otherwise takes it out again.
    ///
    /// @param maxRows of a batch of several requests; the first is kept whatever its size
    /// @return whether it was kept
    /// @throws RefusedException when it is not a whole request to this model; it is taken out then, too
    public boolean commit(int maxRows) throws RefusedException {
        try {
            boolean isFirst = rows == 0;
            int requestRows = checkedRows();
            if (!isFirst && (!followsTheBatch() || requestRows > maxRows - rows)) {
                rollback();
                return false;
            }
            if (isFirst) {
                System.arraycopy(request, 0, batch, 0, batch.length);
            }
            rows += requestRows;
            return true;
        } catch (RefusedException e) {
            rollback();
            throw e;
        }
    }

    /// Takes the request that was begun out again.
    public void rollback() {
        for (int i = 0; i < marks.length; i++) {
            buffers.get(i).truncate(marks[i]);
        }
    }

    /// Rows of all requests kept; a model without a batch dimension counts requests.
    public int rows() {
        return rows;
    }

    public TensorBuffer buffer(int input) {
        return buffers.get(input);
    }

    /// The shape of an input of so many rows.
    public Shape shape(int input, int ofRows) {
        Shape first = batch[input];
        if (first == null) {
            throw new IllegalStateException("no request was committed");
        }
        return signature.hasRows() ? first.withRows(ofRows) : first;
    }

    /// Whether two rows are equal in every input.
    public boolean sameRows(int a, int b) {
        for (TensorBuffer buffer : buffers) {
            int perRow = buffer.elements() / rows;
            if (!buffer.view(a * perRow, perRow).equals(buffer.view(b * perRow, perRow))) {
                return false;
            }
        }
        return true;
    }

    @Override
    public void close() {
        buffers.forEach(TensorBuffer::close);
    }

    private int checkedRows() throws RefusedException {
        long requestRows = 1;
        for (int i = 0; i < request.length; i++) {
            Shape shape = request[i];
            TensorSpec spec = signature.inputs().get(i);
            if (shape == null) {
                throw RefusedException.badInput("input '" + spec.name() + "' is missing");
            }
            if (signature.hasRows()) {
                if (i > 0 && shape.rows() != requestRows) {
                    throw RefusedException.badInput("input '" + spec.name() + "' has " + shape.rows()
                            + " rows, the inputs before it " + requestRows);
                }
                requestRows = shape.rows();
            }
        }
        return Math.toIntExact(requestRows);
    }

    private boolean followsTheBatch() {
        for (int i = 0; i < request.length; i++) {
            Shape first = batch[i];
            Shape next = request[i];
            if (first == null
                    || next == null
                    || !signature.hasRows()
                    || !first.row().equals(next.row())) {
                return false;
            }
        }
        return true;
    }

    private static Shape prepend(Shape shape) {
        long[] dimensions = new long[shape.rank() + 1];
        dimensions[0] = 1;
        System.arraycopy(shape.toArray(), 0, dimensions, 1, shape.rank());
        return Shape.of(dimensions);
    }

    private static RefusedException doesNotFit(TensorSpec spec, Shape shape) {
        return RefusedException.badInput(
                "input '" + spec.name() + "': shape " + shape + " does not fit " + spec.shape());
    }
}
