package dev.millrace.monitoring;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// Records what becomes of real-time calls, as SageMaker does. Never blocks; thread-safe.
public final class InvocationMetrics {
    /// Whom a call was for.
    ///
    /// @param instances of the variant that take calls now
    /// @param component null where the variant has none
    /// @param copies of the component that take calls now
    public record Callee(
            String endpoint,
            String variant,
            int instances,
            @Nullable String component,
            int copies) {
        public static Callee ofVariant(String endpoint, String variant, int instances) {
            return new Callee(endpoint, variant, instances, null, 0);
        }
    }

    /// How a call ended.
    ///
    /// @param status of the model's answer or, where it gave none, of ours
    /// @param isModelError whether the model refused, failed or did not answer in time
    /// @param total from the first byte to the answer
    /// @param model how long the model ran, or null where that is not known
    public record Ending(
            int status,
            boolean isModelError,
            Duration total,
            @Nullable Duration model) {}

    private final MetricRecorder recorder;

    public InvocationMetrics(MetricRecorder recorder) {
        this.recorder = recorder;
    }

    /// A call that was answered.
    public void ended(Callee callee, Ending ending) {
        count("Invocations", callee, 1);
        recorder.record(
                SageMakerMetrics.ofVariant("InvocationsPerInstance", callee.endpoint(), callee.variant()),
                Unit.NONE,
                1.0 / Math.max(1, callee.instances()));
        String component = callee.component();
        if (component != null) {
            recorder.record(
                    SageMakerMetrics.ofComponent("InvocationsPerCopy", component),
                    Unit.NONE,
                    1.0 / Math.max(1, callee.copies()));
        }
        count("Invocation4XXErrors", callee, ending.status() / 100 == 4 ? 1 : 0);
        count("Invocation5XXErrors", callee, ending.status() / 100 == 5 ? 1 : 0);
        count("InvocationModelErrors", callee, ending.isModelError() ? 1 : 0);
        Duration model = ending.model();
        if (model != null) {
            latency("ModelLatency", callee, model);
            latency("OverheadLatency", callee, ending.total().minus(model));
        }
    }

    /// A call that found no copy of its component, whether it was refused or waits for one.
    public void foundNoCapacity(String component) {
        recorder.record(SageMakerMetrics.ofComponent("NoCapacityInvocationFailures", component), Unit.COUNT, 1);
    }

    private void count(String metric, Callee callee, double value) {
        recorder.record(SageMakerMetrics.ofVariant(metric, callee.endpoint(), callee.variant()), Unit.NONE, value);
        String component = callee.component();
        if (component != null) {
            recorder.record(SageMakerMetrics.ofComponent(metric, component), Unit.NONE, value);
        }
    }

    private void latency(String metric, Callee callee, Duration time) {
        double micros = Math.max(0, time.toNanos() / 1_000.0);
        recorder.record(
                SageMakerMetrics.ofVariant(metric, callee.endpoint(), callee.variant()), Unit.MICROSECONDS, micros);
        String component = callee.component();
        if (component != null) {
            recorder.record(SageMakerMetrics.ofComponent(metric, component), Unit.MICROSECONDS, micros);
        }
    }
}
