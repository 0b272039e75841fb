package dev.millrace.notifier;

import dev.millrace.controlplane.ResourceCatalog;
import dev.millrace.controlplane.topic.TopicPublisher;
import dev.millrace.identity.SecretSeal;
import dev.millrace.invocation.InvocationEvent;
import dev.millrace.invocation.OwedDelivery;
import dev.millrace.invocation.PayloadLimits;
import dev.millrace.invocation.port.Feed;
import dev.millrace.invocation.port.ObjectStore;
import dev.millrace.invocation.port.RecordSender;
import dev.millrace.monitoring.MetricRecorder;
import dev.millrace.outbound.AddressGuard;
import dev.millrace.outbound.OutboundCaller;
import dev.millrace.runtime.HealthCheck;
import dev.millrace.runtime.Secret;
import io.micrometer.core.instrument.MeterRegistry;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import java.util.function.ToIntBiFunction;
import org.jspecify.annotations.Nullable;

/// The notifier as a component: terminal events in, signed deliveries out.
///
/// Several may run: they share the events, and each makes the deliveries whose keys hash to its partitions.
public final class Notifier implements AutoCloseable {
    private static final String EVENTS_GROUP = "millrace-notifier";
    private static final String OWED_GROUP = "millrace-notifier-owed";

    private final Feed<InvocationEvent> events;
    private final Feed<OwedDelivery> owed;
    private final TerminalEvents terminalEvents;
    private final DeliverySchedule schedule;
    private final OutboundCaller caller;
    private final ToIntBiFunction<String, Integer> partitionOf;
    private volatile Ownership ownership = new Ownership(Set.of(), 0);
    private Feed.@Nullable Subscription eventsMember;
    private Feed.@Nullable Subscription owedMember;

    private record Ownership(Set<Integer> partitions, int count) {}

    /// @param partitionOf the partition that a key of `owed` goes to, of so many
    /// @param seal of the signing key: the same in every notifier
    /// @param random for that key
    /// @param recorder of the endpoints' metrics
    public Notifier(
            NotifierConfig config,
            ResourceCatalog catalog,
            ObjectStore store,
            Feed<InvocationEvent> events,
            Feed<OwedDelivery> owed,
            RecordSender sender,
            ToIntBiFunction<String, Integer> partitionOf,
            SecretSeal seal,
            SecureRandom random,
            MeterRegistry registry,
            MetricRecorder recorder,
            InstantSource clock) {
        this.events = events;
        this.owed = owed;
        this.partitionOf = partitionOf;
        this.caller = new OutboundCaller(new AddressGuard(config.allowedNetworks()), config.attemptTimeout());
        var keys = new SigningKeys(catalog, seal, clock, random);
        var envelopes = new SnsEnvelope(config.publicUrl(), new MessageSignature(keys, config.publicUrl()));
        var endpoints = new EndpointHistory(catalog);
        this.terminalEvents = new TerminalEvents(
                new Recipients(endpoints, new NotificationBody(config.region()), new TopicPublisher(catalog)),
                owed,
                clock);
        var results = new ResultRecords(store, sender, PayloadLimits.DEFAULT.inlineBytes());
        var posts = new GuardedPost(caller);
        var subscribers = new Subscribers(
                catalog, envelopes, new SubscriptionRecords(sender), posts, new Throttles(clock, this::share));
        var courier = new Courier(endpoints, posts, results, subscribers, clock);
        this.schedule = new DeliverySchedule(
                owed,
                courier,
                new Retries(catalog, config),
                this::owns,
                config,
                new DeliveryMetrics(registry, recorder),
                clock);
        registry.gauge("notification.owed", schedule, DeliverySchedule::size);
    }

    /// What the signing key is sealed with: the master key, and without one a key that follows from the secret of the
    /// store, which every notifier has.
    public static SecretSeal seal(@Nullable Secret masterKey, Secret storeSecret, SecureRandom random) {
        return masterKey == null
                ? SecretSeal.derivedFrom(storeSecret, random)
                : SecretSeal.ofMasterKey(masterKey, random);
    }

    public void start() {
        schedule.start();
        owedMember = owed.share(OWED_GROUP, new Feed.GroupListener<>() {
            @Override
            public void onDocument(String key, @Nullable OwedDelivery delivery) {
                // The schedule follows the whole feed; membership only tells which keys are ours.
            }

            @Override
            public void onAssigned(Set<Integer> partitions, int count) {
                ownership = new Ownership(Set.copyOf(partitions), count);
            }
        });
        eventsMember = events.share(EVENTS_GROUP, terminalEvents);
    }

    public List<HealthCheck> healthChecks() {
        return List.of(
                new HealthCheck("deliveries", schedule::check),
                new HealthCheck("events", () -> check(eventsMember)),
                new HealthCheck("ownership", () -> check(owedMember)));
    }

    private static void check(Feed.@Nullable Subscription subscription) {
        if (subscription == null) {
            throw new IllegalStateException("not started");
        }
        subscription.check();
    }

    private boolean owns(String key) {
        Ownership current = ownership;
        return current.count() > 0 && current.partitions().contains(partitionOf.applyAsInt(key, current.count()));
    }

    /// Of all deliveries, that are this process's.
    private double share() {
        Ownership current = ownership;
        return current.count() == 0 ? 1 : (double) current.partitions().size() / current.count();
    }

    /// Leaves the events, then makes no more deliveries, and only then leaves their keys to others: nobody
    /// else begins with what is still under way here.
    @Override
    public void close() {
        close(eventsMember);
        schedule.close();
        close(owedMember);
        caller.close();
    }

    private static void close(Feed.@Nullable Subscription subscription) {
        if (subscription != null) {
            subscription.close();
        }
    }
}
