package dev.millrace.gateway;

import dev.millrace.gateway.http.HttpLimits;
import dev.millrace.invocation.PayloadLimits;
import dev.millrace.runtime.SettingValues;
import dev.millrace.runtime.Settings;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;

/// The settings of a gateway; the defaults are in [#DEFAULT].
///
/// @param host loopback unless callers must say who they are
/// @param port 0 picks a free one
/// @param eventLoops threads that serve HTTP
/// @param maxBacklog unfinished asynchronous calls per endpoint, beyond which new ones get 429
/// @param maxUploads bodies that are stored at once
/// @param maxUnsizedUploads how many of them may be of unknown length, which hold up to 16 MB each
/// @param maxRealTimeCalls callers who may wait at once
/// @param realTimePatience how long a caller waits for its answer at most
/// @param isHeldWithoutCapacity whether a call that finds no copy of its inference component waits for one
/// @param maxSends records under way to the broker
/// @param statusEntries invocations kept in memory for status, about 1 KB each
/// @param eventRetention how far back status goes; not more than the events topic keeps
/// @param drainTimeout how long a gateway that stops waits for requests under way
public record GatewayConfig(
        String host,
        int port,
        AuthenticationConfig authentication,
        int eventLoops,
        HttpLimits http,
        PayloadLimits payloads,
        int maxBacklog,
        int maxUploads,
        int maxUnsizedUploads,
        int maxRealTimeCalls,
        Duration realTimePatience,
        boolean isHeldWithoutCapacity,
        int maxSends,
        int statusEntries,
        Duration eventRetention,
        Duration drainTimeout) {
    public static final GatewayConfig DEFAULT = new GatewayConfig(
            "127.0.0.1",
            8080,
            AuthenticationConfig.none(),
            2,
            HttpLimits.DEFAULT,
            PayloadLimits.DEFAULT,
            100_000,
            64,
            8,
            4_096,
            Duration.ofMillis(59_500),
            true,
            8_192,
            50_000,
            Duration.ofDays(7),
            Duration.ofSeconds(25));

    public GatewayConfig {
        atLeastOne("gateway.event-loops", eventLoops);
        atLeastOne("gateway.max-backlog", maxBacklog);
        atLeastOne("gateway.max-uploads", maxUploads);
        atLeastOne("gateway.max-unsized-uploads", maxUnsizedUploads);
        atLeastOne("gateway.max-real-time-calls", maxRealTimeCalls);
        atLeastOne("gateway.max-sends", maxSends);
        if (realTimePatience.isNegative() || realTimePatience.compareTo(Duration.ofMillis(59_500)) > 0) {
            throw new IllegalArgumentException("gateway.real-time-patience: " + realTimePatience
                    + " (expected: at most 59.5 s, callers give up at 60)");
        }
        atLeastOne("gateway.status-entries", statusEntries);
        if (!authentication.isRequired() && !isLoopback(host)) {
            throw new IllegalArgumentException("gateway.host: " + host
                    + " is not loopback, and callers need no credentials (expected: auth.access-key-id and"
                    + " auth.secret-access-key set, or 127.0.0.1)");
        }
    }

    public static GatewayConfig from(Settings settings) {
        return new GatewayConfig(
                settings.get("gateway.host", DEFAULT.host),
                settings.get("gateway.port", DEFAULT.port, SettingValues::port),
                AuthenticationConfig.from(settings),
                settings.get("gateway.event-loops", DEFAULT.eventLoops, SettingValues::positive),
                new HttpLimits(
                        settings.get(
                                "gateway.max-header-bytes", DEFAULT.http.maxHeaderBytes(), SettingValues::positive),
                        settings.get("gateway.max-headers", DEFAULT.http.maxHeaders(), SettingValues::positive),
                        settings.get(
                                "gateway.max-initial-line-bytes",
                                DEFAULT.http.maxInitialLineBytes(),
                                SettingValues::positive),
                        settings.get("gateway.idle-timeout", DEFAULT.http.idleTimeout(), SettingValues::duration),
                        settings.get(
                                "gateway.max-connections", DEFAULT.http.maxConnections(), SettingValues::positive)),
                new PayloadLimits(
                        settings.get("payload.inline-bytes", DEFAULT.payloads.inlineBytes(), Integer::valueOf),
                        settings.get("payload.async-bytes", DEFAULT.payloads.asynchronousBytes(), SettingValues::bytes),
                        settings.get(
                                "payload.real-time-bytes", DEFAULT.payloads.realTimeBytes(), SettingValues::bytes)),
                settings.get("gateway.max-backlog", DEFAULT.maxBacklog, SettingValues::positive),
                settings.get("gateway.max-uploads", DEFAULT.maxUploads, SettingValues::positive),
                settings.get("gateway.max-unsized-uploads", DEFAULT.maxUnsizedUploads, SettingValues::positive),
                settings.get("gateway.max-real-time-calls", DEFAULT.maxRealTimeCalls, SettingValues::positive),
                settings.get("gateway.real-time-patience", DEFAULT.realTimePatience, SettingValues::duration),
                settings.get("gateway.hold-without-capacity", DEFAULT.isHeldWithoutCapacity, SettingValues::flag),
                settings.get("gateway.max-sends", DEFAULT.maxSends, SettingValues::positive),
                settings.get("gateway.status-entries", DEFAULT.statusEntries, SettingValues::positive),
                settings.get("gateway.event-retention", DEFAULT.eventRetention, SettingValues::duration),
                settings.get("gateway.drain-timeout", DEFAULT.drainTimeout, SettingValues::duration));
    }

    /// The same gateway at another address.
    public GatewayConfig at(String otherHost, int otherPort) {
        return new GatewayConfig(
                otherHost,
                otherPort,
                authentication,
                eventLoops,
                http,
                payloads,
                maxBacklog,
                maxUploads,
                maxUnsizedUploads,
                maxRealTimeCalls,
                realTimePatience,
                isHeldWithoutCapacity,
                maxSends,
                statusEntries,
                eventRetention,
                drainTimeout);
    }

    private static boolean isLoopback(String host) {
        try {
            // One address decides: the name is the operator's choice.
            return InetAddress.getAllByName(host)[0].isLoopbackAddress();
        } catch (UnknownHostException _) {
            return false;
        }
    }

    private static void atLeastOne(String key, int value) {
        if (value < 1) {
            throw new IllegalArgumentException(key + ": " + value + " (expected: >= 1)");
        }
    }
}
