package dev.millrace.model;

import dev.millrace.runtime.Settings;
import java.time.Duration;

/// How much an archive may unpack to.
///
/// @param maxEntries files and folders
/// @param maxBytes of all files together
/// @param maxRatio unpacked bytes per packed byte, once 10 MB are unpacked
/// @param maxTime for the whole archive
public record ArtifactLimits(int maxEntries, long maxBytes, int maxRatio, Duration maxTime) {
    public static final ArtifactLimits DEFAULT = new ArtifactLimits(10_000, 20L << 30, 100, Duration.ofMinutes(5));

    public ArtifactLimits {
        if (maxEntries < 1 || maxBytes < 1 || maxRatio < 1 || !maxTime.isPositive()) {
            throw new IllegalArgumentException("artifact limits: " + maxEntries + " entries, " + maxBytes
                    + " bytes, ratio " + maxRatio + ", " + maxTime + " (expected: all above 0)");
        }
    }

    public static ArtifactLimits from(Settings settings) {
        return new ArtifactLimits(
                settings.get("artifact.max-entries", DEFAULT.maxEntries, Integer::parseInt),
                settings.get("artifact.max-bytes", DEFAULT.maxBytes, Long::parseLong),
                settings.get("artifact.max-ratio", DEFAULT.maxRatio, Integer::parseInt),
                settings.get("artifact.max-time", DEFAULT.maxTime, Duration::parse));
    }
}
