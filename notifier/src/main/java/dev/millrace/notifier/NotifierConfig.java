package dev.millrace.notifier;

import dev.millrace.outbound.AddressGuard;
import dev.millrace.runtime.SettingValues;
import dev.millrace.runtime.Settings;
import java.net.URI;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;

/// How deliveries are made.
///
/// @param attemptTimeout for one attempt, from resolving the name to the answer
/// @param retryBase the wait after the first failed attempt; each further one is five times as long
/// @param retryMax the longest wait
/// @param maxAttempts after which a delivery is given up, from 1
/// @param maxConcurrent attempts at once in all
/// @param maxPerDestination attempts at once to one server, so that a slow one leaves room for the others
/// @param allowedNetworks special networks that may be called, in CIDR notation; none by default
/// @param publicUrl where subscribers reach the gateway, for the links in confirmations
/// @param region named in notifications
public record NotifierConfig(
        Duration attemptTimeout,
        Duration retryBase,
        Duration retryMax,
        int maxAttempts,
        int maxConcurrent,
        int maxPerDestination,
        List<String> allowedNetworks,
        URI publicUrl,
        String region) {
    /// Five seconds to ten hours in eight attempts, about as Standard Webhooks recommends.
    public static final NotifierConfig DEFAULT = new NotifierConfig(
            Duration.ofSeconds(15),
            Duration.ofSeconds(5),
            Duration.ofHours(10),
            8,
            128,
            8,
            List.of(),
            URI.create("http://127.0.0.1:8080"),
            "us-east-1");

    public NotifierConfig {
        allowedNetworks = List.copyOf(allowedNetworks);
        var _ = new AddressGuard(allowedNetworks);
        if (!attemptTimeout.isPositive()) {
            throw new IllegalArgumentException(
                    "notifier.attempt-timeout: " + attemptTimeout + " (expected: above zero)");
        }
        if (maxAttempts < 1 || maxConcurrent < 1 || maxPerDestination < 1) {
            throw new IllegalArgumentException(
                    "notifier: max-attempts, max-concurrent and max-per-destination must be at least 1");
        }
        if (!retryBase.isPositive() || retryMax.compareTo(retryBase) < 0) {
            throw new IllegalArgumentException("notifier.retry-base: " + retryBase
                    + " (expected: above zero and at most notifier.retry-max, " + retryMax + ")");
        }
    }

    public static NotifierConfig from(Settings settings) {
        return new NotifierConfig(
                settings.get("notifier.attempt-timeout", DEFAULT.attemptTimeout, SettingValues::duration),
                settings.get("notifier.retry-base", DEFAULT.retryBase, SettingValues::duration),
                settings.get("notifier.retry-max", DEFAULT.retryMax, SettingValues::duration),
                settings.get("notifier.max-attempts", DEFAULT.maxAttempts, SettingValues::positive),
                settings.get("notifier.max-concurrent", DEFAULT.maxConcurrent, SettingValues::positive),
                settings.get("notifier.max-per-destination", DEFAULT.maxPerDestination, SettingValues::positive),
                settings.get("notifier.allowed-networks", DEFAULT.allowedNetworks, NotifierConfig::networks),
                settings.get("gateway.public-url", DEFAULT.publicUrl, URI::create),
                settings.get("s3.region", DEFAULT.region, text -> text));
    }

    private static List<String> networks(String text) {
        List<String> networks = Arrays.stream(text.split(","))
                .map(String::strip)
                .filter(each -> !each.isEmpty())
                .toList();
        var _ = new AddressGuard(networks);
        return networks;
    }
}
