package dev.millrace.model.internal.onnx;

import ai.onnxruntime.OnnxSequence;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import dev.millrace.model.internal.tensor.InputBatch;
import dev.millrace.model.internal.tensor.ModelSignature;
import dev.millrace.model.internal.tensor.OutputTensor;
import dev.millrace.model.internal.tensor.RefusedException;
import dev.millrace.model.internal.tensor.Shape;
import dev.millrace.model.internal.tensor.TensorBuffer;
import dev.millrace.model.internal.tensor.TensorSpec;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// One pool thread's inputs and outputs, in memory that ONNX Runtime reads and writes in place.
///
/// Many rows are run a piece at a time: more at once takes more memory, which a session keeps, and is no
/// faster.
final class RunBench implements AutoCloseable {
    private static final int PIECE_BYTES = 256 << 10;
    private static final int PIECE_ROWS = 128;

    private final OnnxSession model;
    private final ModelSignature signature;
    private final InputBatch inputs;
    private final List<TensorBuffer> outputs;
    private final OrtSession.RunOptions options;
    private boolean isPinned;
    private boolean isClosed;

    /// @param maxTensorBytes of one input of a run; an output may be larger
    RunBench(OnnxSession model, int maxTensorBytes) throws OrtException {
        this.model = model;
        this.signature = model.signature();
        this.inputs = new InputBatch(signature, maxTensorBytes);
        this.outputs = signature.outputs().stream()
                .map(output -> new TensorBuffer(output.type(), Integer.MAX_VALUE - 8))
                .toList();
        this.options = new OrtSession.RunOptions();
        this.isPinned = signature.hasRows() && signature.outputs().stream().allMatch(TensorSpec::hasFixedRow);
    }

    InputBatch inputs() {
        return inputs;
    }

    /// Stops the run that is going on, and every later one; called by another thread.
    synchronized void terminate() throws OrtException {
        if (!isClosed) {
            options.setTerminate(true);
        }
    }

    /// Runs some of the rows that the inputs hold.
    ///
    /// @param isSplit whether rows are independent, so that many may be run in pieces
    /// @return all outputs, valid until the next run
    List<OutputTensor> run(int fromRow, int rows, boolean isSplit) throws OrtException {
        if (isPinned) {
            try {
                return runPinned(fromRow, rows, isSplit ? pieceRows(rows) : rows);
            } catch (OrtException pinned) {
                // Either the request is at fault, or the model's outputs are not what it declares.
                List<OutputTensor> free = runFree(fromRow, rows);
                isPinned = false;
                return free;
            }
        }
        return runFree(fromRow, rows);
    }

    @Override
    public synchronized void close() {
        isClosed = true;
        options.close();
        inputs.close();
        outputs.forEach(TensorBuffer::close);
    }

    private int pieceRows(int rows) {
        long rowBytes = 1;
        for (int i = 0; i < signature.inputs().size(); i++) {
            rowBytes = Math.max(
                    rowBytes, perRow(i) * (long) inputs.buffer(i).type().bytes());
        }
        return Math.clamp(PIECE_BYTES / rowBytes, 1, Math.min(PIECE_ROWS, rows));
    }

    private List<OutputTensor> runPinned(int fromRow, int rows, int pieceRows) throws OrtException {
        var views = new ArrayList<ByteBuffer>();
        for (int i = 0; i < outputs.size(); i++) {
            outputs.get(i).reset();
            views.add(extended(
                    outputs.get(i), rows * (long) signature.outputs().get(i).rowElements()));
        }
        for (int done = 0; done < rows; done += pieceRows) {
            runPiece(fromRow + done, Math.min(pieceRows, rows - done), done, views);
        }
        var tensors = new ArrayList<OutputTensor>();
        for (int i = 0; i < outputs.size(); i++) {
            TensorSpec spec = signature.outputs().get(i);
            tensors.add(
                    new OutputTensor(spec.name(), spec.type(), spec.shape().withRows(rows), views.get(i), List.of()));
        }
        return tensors;
    }

    private void runPiece(int fromRow, int rows, int toRow, List<ByteBuffer> views) throws OrtException {
        Map<String, OnnxTensor> given = inputTensors(fromRow, rows);
        var taken = new HashMap<String, OnnxTensor>();
        try {
            for (int i = 0; i < views.size(); i++) {
                TensorSpec spec = signature.outputs().get(i);
                int rowBytes = spec.rowElements() * spec.type().bytes();
                ByteBuffer view =
                        views.get(i).slice(toRow * rowBytes, rows * rowBytes).order(ByteOrder.nativeOrder());
                taken.put(spec.name(), tensor(view, spec.shape().withRows(rows), spec));
            }
            model.session().run(given, java.util.Set.of(), taken, options).close();
        } finally {
            given.values().forEach(OnnxTensor::close);
            taken.values().forEach(OnnxTensor::close);
        }
    }

    private List<OutputTensor> runFree(int fromRow, int rows) throws OrtException {
        Map<String, OnnxTensor> given = inputTensors(fromRow, rows);
        try (OrtSession.Result result = model.session().run(given, options)) {
            var tensors = new ArrayList<OutputTensor>();
            for (Map.Entry<String, OnnxValue> output : result) {
                tensors.add(copy(output.getKey(), output.getValue()));
            }
            return tensors;
        } finally {
            given.values().forEach(OnnxTensor::close);
        }
    }

    private OutputTensor copy(String name, OnnxValue value) throws OrtException {
        TensorSpec spec = signature.outputs().get(signature.indexOfOutput(name));
        return switch (value) {
            case OnnxTensor tensor
            when spec.type().isText() ->
                new OutputTensor(
                        name,
                        spec.type(),
                        Shape.of(tensor.getInfo().getShape()),
                        ByteBuffer.allocate(0),
                        TextTensors.read(tensor));
            case OnnxTensor tensor -> {
                TensorInfo info = tensor.getInfo();
                long bytes = info.getNumElements() * spec.type().bytes();
                if (bytes > Integer.MAX_VALUE) {
                    throw new OrtException(
                            "output " + name + " has " + bytes + " bytes, the most is " + Integer.MAX_VALUE);
                }
                yield new OutputTensor(
                        name,
                        spec.type(),
                        Shape.of(info.getShape()),
                        tensor.getByteBuffer().order(ByteOrder.nativeOrder()),
                        List.of());
            }
            case OnnxSequence maps -> ClassMaps.read(name, maps);
            default -> throw new OrtException("output " + name + " is no tensor: " + value.getType());
        };
    }

    private Map<String, OnnxTensor> inputTensors(int fromRow, int rows) throws OrtException {
        var tensors = new HashMap<String, OnnxTensor>();
        for (int i = 0; i < signature.inputs().size(); i++) {
            TensorSpec spec = signature.inputs().get(i);
            TensorBuffer buffer = inputs.buffer(i);
            int perRow = perRow(i);
            Shape shape = inputs.shape(i, rows);
            tensors.put(
                    spec.name(),
                    spec.type().isText()
                            ? TextTensors.create(
                                    model.environment(), buffer.texts(fromRow * perRow, rows * perRow), shape)
                            : tensor(buffer.view(fromRow * perRow, rows * perRow), shape, spec));
        }
        return tensors;
    }

    private int perRow(int input) {
        return inputs.buffer(input).elements() / inputs.rows();
    }

    private OnnxTensor tensor(ByteBuffer data, Shape shape, TensorSpec spec) throws OrtException {
        return OnnxTensor.createTensor(model.environment(), data, shape.toArray(), OnnxTypes.of(spec.type()));
    }

    private static ByteBuffer extended(TensorBuffer buffer, long elements) throws OrtException {
        try {
            return buffer.extend(elements);
        } catch (RefusedException e) {
            throw new OrtException("the outputs of this run do not fit in memory: " + e.text());
        }
    }
}
