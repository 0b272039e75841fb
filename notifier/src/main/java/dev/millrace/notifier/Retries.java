package dev.millrace.notifier;

import dev.millrace.controlplane.ResourceCatalog;
import dev.millrace.controlplane.ResourceKind;
import dev.millrace.controlplane.topic.DeliveryPolicy;
import dev.millrace.controlplane.topic.RetryPolicy;
import dev.millrace.invocation.Destination;
import dev.millrace.invocation.PlatformException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/// When a delivery that failed is tried again: as the delivery policy of its subscription or topic says, and
/// as the installation's schedule says where there is none.
final class Retries {
    /// Of a policy's delay, so that what failed together does not come back together.
    private static final double JITTER = 0.1;

    private final ResourceCatalog catalog;
    private final RetrySchedule schedule;

    Retries(ResourceCatalog catalog, NotifierConfig config) {
        this.catalog = catalog;
        this.schedule = new RetrySchedule(config.retryBase(), config.retryMax(), config.maxAttempts());
    }

    /// @param attempts made so far, the failed one included
    /// @param wanted what the receiver asked for, or null
    /// @return empty when it is given up
    Optional<Instant> next(Destination destination, int attempts, @Nullable Duration wanted, Instant now) {
        Optional<RetryPolicy> policy =
                destination instanceof Destination.Subscription to ? policy(to) : Optional.empty();
        if (policy.isPresent()) {
            return policy.get().delayAfter(attempts).map(delay -> {
                long jitter = Math.round(
                        delay.toMillis() * JITTER * ThreadLocalRandom.current().nextDouble());
                Duration wait = delay.plusMillis(jitter);
                return now.plus(wanted != null && wanted.compareTo(wait) > 0 ? wanted : wait);
            });
        }
        return schedule.isExhausted(attempts) ? Optional.empty() : Optional.of(schedule.next(attempts, wanted, now));
    }

    private Optional<RetryPolicy> policy(Destination.Subscription to) {
        try {
            String arn = to.subscriptionArn();
            return catalog.find(ResourceKind.SUBSCRIPTION, arn.substring(arn.lastIndexOf(':') + 1))
                    .map(subscription ->
                            DeliveryPolicy.effective(Subscribers.topic(catalog, subscription.topicArn()), subscription))
                    .map(DeliveryPolicy::retry);
        } catch (PlatformException _) {
            return Optional.empty();
        }
    }
}
