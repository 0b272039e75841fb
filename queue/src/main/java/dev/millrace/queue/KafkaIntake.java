package dev.millrace.queue;

import dev.millrace.invocation.EndpointName;
import java.util.Set;
import java.util.function.Supplier;

/// Reads the intake topics of all endpoints as a member of one consumer group and commits what its handler
/// took.
public final class KafkaIntake implements AutoCloseable {
    /// The endpoints as they are now.
    ///
    /// @param existing each has a topic, where producers may write before it takes calls
    /// @param taking whose records are read
    public record Endpoints(Set<EndpointName> existing, Set<EndpointName> taking) {
        public Endpoints {
            existing = Set.copyOf(existing);
            taking = Set.copyOf(taking);
        }
    }

    private final FeedSubscription subscription;

    private KafkaIntake(FeedSubscription subscription) {
        this.subscription = subscription;
    }

    /// Begins to read.
    ///
    /// @param group the same for all gateways
    /// @param endpoints asked every second; must not block
    public static KafkaIntake start(
            KafkaConnection connection, String group, Supplier<Endpoints> endpoints, IntakeHandler handler) {
        return new KafkaIntake(
                FeedSubscription.start(connection, "intake", new IntakeLoop(connection, group, endpoints, handler)));
    }

    /// @throws dev.millrace.invocation.PlatformException `SERVICE_UNAVAILABLE` with the cause
    public void check() {
        subscription.check();
    }

    @Override
    public void close() {
        subscription.close();
    }
}
