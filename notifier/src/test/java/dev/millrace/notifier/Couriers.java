package dev.millrace.notifier;

import dev.millrace.controlplane.ResourceCatalog;
import dev.millrace.identity.SecretSeal;
import dev.millrace.invocation.port.RecordSender;
import dev.millrace.outbound.OutboundCaller;
import dev.millrace.runtime.Secret;
import dev.millrace.testkit.FakeObjectStore;
import java.net.URI;
import java.security.SecureRandom;
import java.time.InstantSource;

/// Couriers as the notifier makes them, with an object store in memory.
final class Couriers {
    static final URI PUBLIC_URL = URI.create("http://127.0.0.1:8080");

    private Couriers() {}

    static SnsEnvelope envelopes(ResourceCatalog catalog, InstantSource clock) {
        var random = new SecureRandom();
        SecretSeal seal = Notifier.seal(null, new Secret("the store's secret"), random);
        return new SnsEnvelope(
                PUBLIC_URL, new MessageSignature(new SigningKeys(catalog, seal, clock, random), PUBLIC_URL));
    }

    static Courier of(ResourceCatalog catalog, OutboundCaller caller, RecordSender sender, InstantSource clock) {
        var posts = new GuardedPost(caller);
        return new Courier(
                new EndpointHistory(catalog),
                posts,
                new ResultRecords(new FakeObjectStore(clock), sender, 128_000),
                new Subscribers(
                        catalog,
                        envelopes(catalog, clock),
                        new SubscriptionRecords(sender),
                        posts,
                        new Throttles(clock, () -> 1)),
                clock);
    }
}
