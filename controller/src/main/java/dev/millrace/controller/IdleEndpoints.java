package dev.millrace.controller;

import dev.millrace.controlplane.Deployed;
import dev.millrace.controlplane.EndpointResource;
import dev.millrace.controlplane.Generation;
import dev.millrace.controlplane.InferenceComponentResource;
import dev.millrace.monitoring.MetricKey;
import dev.millrace.monitoring.MetricPublisher;
import dev.millrace.monitoring.MetricReader;
import dev.millrace.monitoring.SageMakerMetrics;
import dev.millrace.monitoring.StatisticSet;
import dev.millrace.monitoring.Unit;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.stream.Stream;

/// Records zeros for each minute in which a real-time endpoint had no call, so that what scales by
/// calls sees that there are none. Used by one thread.
final class IdleEndpoints {
    private static final List<String> COUNTS =
            List.of("Invocations", "Invocation4XXErrors", "Invocation5XXErrors", "InvocationModelErrors");
    private static final Duration MINUTE = Duration.ofMinutes(1);

    /// After the end of a minute: by then every gateway has sent what it recorded.
    private static final Duration LATENESS = Duration.ofSeconds(5);

    private final MetricReader reader;
    private final MetricPublisher recorder;
    private Instant done;

    IdleEndpoints(MetricReader reader, MetricPublisher recorder, Instant now) {
        this.reader = reader;
        this.recorder = recorder;
        this.done = now.truncatedTo(ChronoUnit.MINUTES);
    }

    /// Looks at the last minute that is over, once.
    void record(List<Deployed<?>> owned, Instant now) {
        Instant end = now.minus(LATENESS).truncatedTo(ChronoUnit.MINUTES);
        if (!end.isAfter(done)) {
            return;
        }
        done = end;
        owned.stream().flatMap(each -> metrics(each).stream()).forEach(key -> {
            Instant begin = end.minus(MINUTE);
            if (reader.datapoints(key, null, begin, end, MINUTE).isEmpty()) {
                recorder.record(key, Unit.NONE, StatisticSet.of(0), begin);
            }
        });
    }

    private static List<MetricKey> metrics(Deployed<?> deployed) {
        Generation serving = deployed.serving();
        if (serving == null || serving.config().asyncInference() != null) {
            return List.of();
        }
        return switch (deployed) {
            case EndpointResource endpoint -> {
                String variant = serving.config().variant().variantName().value();
                yield names("InvocationsPerInstance")
                        .map(name -> SageMakerMetrics.ofVariant(name, endpoint.name(), variant))
                        .toList();
            }
            case InferenceComponentResource component ->
                names("InvocationsPerCopy")
                        .map(name -> SageMakerMetrics.ofComponent(name, component.name()))
                        .toList();
        };
    }

    private static Stream<String> names(String share) {
        return Stream.concat(Stream.of(share), COUNTS.stream());
    }
}
