package dev.millrace.queue;

import dev.millrace.invocation.DeadLetter;
import dev.millrace.invocation.HostReport;
import dev.millrace.invocation.InvocationEvent;
import dev.millrace.invocation.OwedDelivery;
import dev.millrace.invocation.Placement;
import dev.millrace.invocation.ResourceChange;
import dev.millrace.invocation.WakeSignal;
import dev.millrace.invocation.codec.Codec;
import dev.millrace.invocation.codec.Json;
import dev.millrace.invocation.port.Feed;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.clients.producer.internals.BuiltInPartitioner;

/// The platform's feeds, each a topic of [Topics].
public final class KafkaFeeds {
    private final KafkaConnection connection;

    public KafkaFeeds(KafkaConnection connection) {
        this.connection = connection;
    }

    /// A feed of documents of any kind.
    ///
    /// @param topic one that exists
    public <T> Feed<T> feed(String topic, Codec<T> codec) {
        return new KafkaFeed<>(connection, topic, DocumentFormat.of(codec));
    }

    public Feed<InvocationEvent> events() {
        return new KafkaFeed<>(connection, Topics.EVENTS, new EventFormat(false));
    }

    /// [#events] to those who only read how invocations end.
    public Feed<InvocationEvent> ends() {
        return new KafkaFeed<>(connection, Topics.EVENTS, new EventFormat(true));
    }

    public Feed<ResourceChange> resources() {
        return feed(Topics.RESOURCES, Json.codec(ResourceChange.class));
    }

    public Feed<Placement> placements() {
        return feed(Topics.PLACEMENTS, Json.codec(Placement.class));
    }

    public Feed<HostReport> hosts() {
        return feed(Topics.HOSTS, Json.codec(HostReport.class));
    }

    public Feed<WakeSignal> wakeSignals() {
        return feed(Topics.WAKE, Json.codec(WakeSignal.class));
    }

    /// What the broker gave up on; the key is the original's key.
    public Feed<DeadLetter> deadLetters() {
        return new KafkaFeed<>(connection, Topics.DEAD_LETTERS, new DeadLetters());
    }

    /// What the notifiers owe.
    public Feed<OwedDelivery> owedDeliveries() {
        return feed(Topics.OWED, Json.codec(OwedDelivery.class));
    }

    /// The partition that documents of that key are in, of so many: as the producer chooses it.
    public static int partitionOf(String key, int count) {
        return BuiltInPartitioner.partitionForKey(key.getBytes(StandardCharsets.UTF_8), count);
    }
}
