package dev.millrace.monitoring;

import dev.millrace.controlplane.ControlPlaneConfig;
import dev.millrace.controlplane.ResourceCatalog;
import dev.millrace.controlplane.operation.ServiceOperations;
import dev.millrace.invocation.PlatformObjects;
import dev.millrace.invocation.port.Feed;
import dev.millrace.invocation.port.ObjectStore;
import dev.millrace.monitoring.operation.CloudWatchOperations;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.InstantSource;

/// What a process has to do with metrics: it records its own and knows everybody's.
public final class Monitoring implements AutoCloseable {
    private final MonitoringConfig config;
    private final Feed<MetricBatch> feed;
    private final InstantSource clock;
    private final MetricPublisher publisher;
    private final RecentMetrics recent;
    private final MetricArchive archive;
    private final MetricHistory history;

    /// Begins to record and to follow.
    ///
    /// @param feed of every process's metrics
    /// @param store where hours that are over are kept; not closed by this
    public Monitoring(
            MonitoringConfig config,
            Feed<MetricBatch> feed,
            ObjectStore store,
            PlatformObjects objects,
            InstantSource clock,
            MeterRegistry registry) {
        this.config = config;
        this.feed = feed;
        this.clock = clock;
        this.recent = new RecentMetrics(feed, clock, config.maxSeries(), registry);
        this.publisher = new MetricPublisher(feed, clock, config.maxSeries(), registry);
        this.archive = new MetricArchive(store, objects);
        this.history = new MetricHistory(recent, archive, config.retention(), clock);
    }

    public MetricPublisher recorder() {
        return publisher;
    }

    /// Reads as far back as metrics are kept.
    public MetricReader reader() {
        return history;
    }

    /// CloudWatch's operations.
    public ServiceOperations operations(ResourceCatalog catalog, ControlPlaneConfig controlPlane) {
        return CloudWatchOperations.of(catalog, controlPlane, publisher, history, recent, clock);
    }

    /// Puts hours that are over into the archive, and deletes old ones: for one process of all.
    public MetricArchiver archiver() {
        return new MetricArchiver(feed, archive, config.retention(), clock);
    }

    /// @throws dev.millrace.invocation.PlatformException `SERVICE_UNAVAILABLE` when metrics are not
    ///     followed any more
    public void check() {
        recent.check();
    }

    @Override
    public void close() {
        publisher.close();
        recent.close();
    }
}
