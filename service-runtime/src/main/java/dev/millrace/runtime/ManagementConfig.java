package dev.millrace.runtime;

import java.time.Duration;

/// Where a process answers its operator.
///
/// @param host loopback unless told otherwise: nothing here is authenticated
/// @param port 0 picks a free one
/// @param checkTimeout how long one health check may take
public record ManagementConfig(String host, int port, Duration checkTimeout) {
    public static final String DEFAULT_HOST = "127.0.0.1";
    public static final Duration DEFAULT_CHECK_TIMEOUT = Duration.ofSeconds(2);

    public static ManagementConfig from(Settings settings, int defaultPort) {
        return new ManagementConfig(
                settings.get("management.host", DEFAULT_HOST),
                settings.get("management.port", defaultPort, SettingValues::port),
                settings.get("management.check-timeout", DEFAULT_CHECK_TIMEOUT, SettingValues::duration));
    }
}
