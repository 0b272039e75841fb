package dev.millrace.model.internal.onnx;

import dev.millrace.model.RunnerConfig;
import dev.millrace.model.internal.tensor.ModelSignature;
import dev.millrace.model.internal.tensor.OutputTensor;
import dev.millrace.model.internal.tensor.TensorType;
import java.nio.ByteBuffer;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Whether rows of different requests may share a run, and how many should. Shared by the threads of a pool.
///
/// A model that names its first dimension a batch is believed. Another one is tried: the first time that
/// different requests could share a run, they run both ways, and only if the answers agree are they put
/// together from then on.
final class Batching {
    private static final Logger LOGGER = LoggerFactory.getLogger(Batching.class);

    /// Sums in another order differ by less, answers from other rows by more.
    private static final double TOLERANCE = 1e-3;

    /// How much of each new measurement counts: less of a slow one, which may have waited for a core.
    private static final double SLOWER_WEIGHT = 0.1;

    private static final double FASTER_WEIGHT = 0.5;

    enum State {
        /// Rows are independent.
        TRUSTED,
        /// Nobody knows yet.
        UNPROVEN,
        /// Rows influence one another, or there are no rows.
        UNFIT
    }

    private final int maxRows;
    private final double maxNanos;
    private volatile State state;
    private volatile double rowNanos;

    Batching(ModelSignature signature, RunnerConfig config) {
        this.maxRows = config.maxBatchRows();
        this.maxNanos = config.maxBatchTime().toNanos();
        if (!signature.hasRows()) {
            this.state = State.UNFIT;
        } else {
            this.state = signature.namesItsBatch() ? State.TRUSTED : State.UNPROVEN;
        }
    }

    State state() {
        return state;
    }

    /// The most rows to put together now: as many as are expected to run within the time set for a batch.
    int rowLimit() {
        if (state == State.UNFIT) {
            return 1;
        }
        double nanos = rowNanos;
        return nanos == 0 ? maxRows : Math.clamp((long) (maxNanos / nanos), 1, maxRows);
    }

    /// Learns how long a run took.
    void observe(int rows, long nanos) {
        double measured = nanos / (double) rows;
        double before = rowNanos;
        double weight = measured > before ? SLOWER_WEIGHT : FASTER_WEIGHT;
        rowNanos = before == 0 ? measured : before + weight * (measured - before);
    }

    /// Decides by the answers of some requests run alone and run together.
    void judge(List<OutputTensor> alone, List<OutputTensor> together) {
        boolean isSame = alone.size() == together.size();
        for (int i = 0; isSame && i < alone.size(); i++) {
            isSame = agree(alone.get(i), together.get(i));
        }
        state = isSame ? State.TRUSTED : State.UNFIT;
        LOGGER.atInfo()
                .addKeyValue("isBatched", isSame)
                .log("Compared runs alone and together to see whether requests can be batched");
    }

    /// Stops batching for good.
    void refute() {
        state = State.UNFIT;
        LOGGER.atWarn().log("The model's outputs do not have a row for each row of its inputs: requests run alone");
    }

    private static boolean agree(OutputTensor alone, OutputTensor together) {
        if (!alone.shape().equals(together.shape())) {
            return false;
        }
        ByteBuffer a = alone.data();
        ByteBuffer b = together.data();
        TensorType type = alone.type();
        for (int i = 0; i < alone.elements(); i++) {
            int at = i * type.bytes();
            boolean isClose = switch (type) {
                case FP16 ->
                    close(
                            Float.float16ToFloat(a.getShort(a.position() + at)),
                            Float.float16ToFloat(b.getShort(b.position() + at)));
                case FP32 -> close(a.getFloat(a.position() + at), b.getFloat(b.position() + at));
                case FP64 -> close(a.getDouble(a.position() + at), b.getDouble(b.position() + at));
                case BOOL, INT8, INT16, INT32, INT64, UINT8, UINT16, UINT32, UINT64, BYTES ->
                    a.slice(a.position() + at, type.bytes()).equals(b.slice(b.position() + at, type.bytes()));
            };
            if (!isClose) {
                return false;
            }
        }
        return true;
    }

    private static boolean close(double a, double b) {
        return Double.compare(a, b) == 0 || Math.abs(a - b) <= TOLERANCE * Math.max(1, Math.abs(a));
    }
}
