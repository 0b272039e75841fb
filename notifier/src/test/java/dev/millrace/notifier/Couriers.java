package dev.millrace.notifier;

import dev.millrace.controlplane.ResourceCatalog;
import dev.millrace.invocation.port.RecordSender;
import dev.millrace.outbound.OutboundCaller;
import dev.millrace.testkit.FakeObjectStore;
import java.net.URI;
import java.time.InstantSource;

/// Couriers as the notifier makes them, with an object store in memory.
final class Couriers {
    static final URI PUBLIC_URL = URI.create("http://127.0.0.1:8080");

    private Couriers() {}

    static Courier of(ResourceCatalog catalog, OutboundCaller caller, RecordSender sender, InstantSource clock) {
        var posts = new GuardedPost(caller);
        return new Courier(
                new EndpointHistory(catalog),
                posts,
                new ResultRecords(new FakeObjectStore(clock), sender, 128_000),
                new Subscribers(
                        catalog,
                        new SnsEnvelope(PUBLIC_URL),
                        new SubscriptionRecords(sender),
                        posts,
                        new Throttles(clock, () -> 1)),
                clock);
    }
}
