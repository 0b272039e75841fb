package dev.millrace.monitoring.operation;

import dev.millrace.controlplane.ControlPlaneConfig;
import dev.millrace.controlplane.ResourceCatalog;
import dev.millrace.controlplane.operation.AwsService;
import dev.millrace.controlplane.operation.Operation;
import dev.millrace.controlplane.operation.ServiceOperations;
import dev.millrace.controlplane.shape.RequestReader;
import dev.millrace.monitoring.MetricPublisher;
import dev.millrace.monitoring.MetricReader;
import dev.millrace.monitoring.RecentMetrics;
import java.time.InstantSource;
import java.util.List;
import java.util.stream.Stream;

/// CloudWatch: every operation by its name.
public final class CloudWatchOperations {
    private CloudWatchOperations() {}

    /// @param publisher takes what users send
    /// @param reader of metrics as far back as they are kept
    /// @param recent knows which metrics there are
    public static ServiceOperations of(
            ResourceCatalog catalog,
            ControlPlaneConfig config,
            MetricPublisher publisher,
            MetricReader reader,
            RecentMetrics recent,
            InstantSource clock) {
        return new ServiceOperations(
                AwsService.CLOUD_WATCH,
                new RequestReader(config.platformBucket()),
                Stream.of(
                                List.of(new PutMetricData(publisher, clock).operation()),
                                new MetricOperations(reader, recent, clock).all(),
                                new AlarmOperations(catalog, config, clock).all(),
                                new AlarmDescriptions(catalog).all(),
                                new AlarmTags(catalog, config.arns()).all())
                        .<Operation>flatMap(List::stream)
                        .toList());
    }
}
