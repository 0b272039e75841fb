package dev.millrace.gateway;

import dev.millrace.controlplane.Arns;
import dev.millrace.controlplane.ResourceCatalog;
import dev.millrace.controlplane.operation.ServiceOperations;
import dev.millrace.gateway.http.QueryApi;
import dev.millrace.gateway.limit.Bound;
import dev.millrace.invocation.InvocationEvent;
import dev.millrace.invocation.Placement;
import dev.millrace.invocation.PlatformObjects;
import dev.millrace.invocation.WakeSignal;
import dev.millrace.invocation.port.Feed;
import dev.millrace.invocation.port.ObjectStore;
import dev.millrace.invocation.port.Replies;
import dev.millrace.invocation.port.RequestQueue;
import dev.millrace.invocation.port.UploadSigner;
import dev.millrace.monitoring.MetricRecorder;
import io.vertx.core.Vertx;
import java.util.List;

/// What a gateway is connected to; closed by whoever made it, except the queue, which the gateway opens.
///
/// @param queue opens the queue on the gateway's own Vert.x
/// @param services that are called as JSON at `POST /`
/// @param metrics where calls are recorded
/// @param queryApis in the Query protocol, besides those about callers, which the gateway has itself
public record GatewayParts(
        PlatformObjects objects,
        ObjectStore store,
        UploadSigner signer,
        QueueOpener queue,
        Feed<InvocationEvent> events,
        Feed<Placement> placements,
        Feed<WakeSignal> wakes,
        Replies replies,
        ResourceCatalog catalog,
        List<ServiceOperations> services,
        MetricRecorder metrics,
        Arns arns,
        List<QueryApi> queryApis) {
    public GatewayParts {
        services = List.copyOf(services);
        queryApis = List.copyOf(queryApis);
    }

    /// Opens a queue.
    @FunctionalInterface
    public interface QueueOpener {
        /// @param sends how many records may be under way
        RequestQueue open(Vertx vertx, Bound sends);
    }
}
