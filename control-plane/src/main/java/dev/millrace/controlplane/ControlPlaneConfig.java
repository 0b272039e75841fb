package dev.millrace.controlplane;

import dev.millrace.invocation.BucketName;
import dev.millrace.invocation.PlatformException;
import dev.millrace.runtime.SettingValues;
import dev.millrace.runtime.Settings;
import java.util.regex.Pattern;

/// The settings of the control plane, the same in every process.
///
/// @param platformBucket holds the platform's own objects
/// @param defaultMaxInstances workers of a variant for which nothing else is set
/// @param isInitialCountKeptWarm whether `InitialInstanceCount` workers are kept when there is nothing to do
/// @param maxPerKind resources of one kind that are kept at most
public record ControlPlaneConfig(
        String region,
        String account,
        BucketName platformBucket,
        int defaultMaxInstances,
        boolean isInitialCountKeptWarm,
        int maxPerKind,
        InstanceTypes instanceTypes) {
    private static final Pattern REGION = Pattern.compile("[a-z0-9-]{1,32}");
    private static final Pattern ACCOUNT = Pattern.compile("[0-9]{12}");

    public static final ControlPlaneConfig DEFAULT = new ControlPlaneConfig(
            "us-east-1", "000000000000", new BucketName("millrace"), 4, false, 10_000, InstanceTypes.common());

    public ControlPlaneConfig {
        require(REGION.matcher(region).matches(), "s3.region: " + region + " (expected: " + REGION + ")");
        require(ACCOUNT.matcher(account).matches(), "platform.account: " + account + " (expected: twelve digits)");
        require(defaultMaxInstances >= 1, "scaling.default-max: " + defaultMaxInstances + " (expected: >= 1)");
        require(maxPerKind >= 1, "resources.max-per-kind: " + maxPerKind + " (expected: >= 1)");
    }

    public static ControlPlaneConfig from(Settings settings) {
        return new ControlPlaneConfig(
                settings.get("s3.region", DEFAULT.region, text -> matching(REGION, text)),
                settings.get("platform.account", DEFAULT.account, text -> matching(ACCOUNT, text)),
                settings.get("platform.bucket", DEFAULT.platformBucket, ControlPlaneConfig::bucket),
                settings.get("scaling.default-max", DEFAULT.defaultMaxInstances, ControlPlaneConfig::atLeastOne),
                settings.get("scaling.keep-initial-warm", DEFAULT.isInitialCountKeptWarm, SettingValues::flag),
                settings.get("resources.max-per-kind", DEFAULT.maxPerKind, ControlPlaneConfig::atLeastOne),
                settings.get("instance-types.extra", DEFAULT.instanceTypes, InstanceTypes::withExtra));
    }

    public Arns arns() {
        return new Arns(region, account);
    }

    private static BucketName bucket(String text) {
        try {
            return new BucketName(text);
        } catch (PlatformException e) {
            throw new IllegalArgumentException(e.text(), e);
        }
    }

    private static String matching(Pattern pattern, String text) {
        require(pattern.matcher(text).matches(), "expected: " + pattern);
        return text;
    }

    private static Integer atLeastOne(String text) {
        int value = Integer.parseInt(text);
        require(value >= 1, "expected: >= 1");
        return value;
    }

    private static void require(boolean holds, String problem) {
        if (!holds) {
            throw new IllegalArgumentException(problem);
        }
    }
}
