package dev.millrace.controlplane;

import dev.millrace.invocation.ErrorCode;
import dev.millrace.invocation.PlatformException;
import dev.millrace.invocation.codec.Codec;
import dev.millrace.invocation.codec.Json;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/// A kind of resource: where its documents are and what they hold.
///
/// @param <R> the documents
public final class ResourceKind<R extends Resource> {
    public static final ResourceKind<ModelResource> MODEL = new ResourceKind<>("model", ModelResource.class);
    public static final ResourceKind<EndpointConfigResource> ENDPOINT_CONFIG =
            new ResourceKind<>("endpoint-config", EndpointConfigResource.class);
    public static final ResourceKind<EndpointResource> ENDPOINT =
            new ResourceKind<>("endpoint", EndpointResource.class);
    public static final ResourceKind<InferenceComponentResource> INFERENCE_COMPONENT =
            new ResourceKind<>("inference-component", InferenceComponentResource.class);
    public static final ResourceKind<DeletedEndpointResource> DELETED_ENDPOINT =
            new ResourceKind<>("deleted-endpoint", DeletedEndpointResource.class);
    public static final ResourceKind<TopicResource> TOPIC = new ResourceKind<>("topic", TopicResource.class);
    public static final ResourceKind<SubscriptionResource> SUBSCRIPTION =
            new ResourceKind<>("subscription", SubscriptionResource.class);
    public static final ResourceKind<AccessKeyResource> ACCESS_KEY =
            new ResourceKind<>("access-key", AccessKeyResource.class);
    public static final ResourceKind<ScalableTargetResource> SCALABLE_TARGET =
            new ResourceKind<>("scalable-target", ScalableTargetResource.class);
    public static final ResourceKind<ScalingPolicyResource> SCALING_POLICY =
            new ResourceKind<>("scaling-policy", ScalingPolicyResource.class);
    public static final ResourceKind<ScheduledActionResource> SCHEDULED_ACTION =
            new ResourceKind<>("scheduled-action", ScheduledActionResource.class);
    public static final ResourceKind<ScalingActivitiesResource> SCALING_ACTIVITIES =
            new ResourceKind<>("scaling-activities", ScalingActivitiesResource.class);

    public static final ResourceKind<AlarmResource> ALARM = new ResourceKind<>("alarm", AlarmResource.class);
    public static final ResourceKind<AlarmHistoryResource> ALARM_HISTORY =
            new ResourceKind<>("alarm-history", AlarmHistoryResource.class);

    public static final ResourceKind<ModelPackageGroupResource> MODEL_PACKAGE_GROUP =
            new ResourceKind<>("model-package-group", ModelPackageGroupResource.class);
    public static final ResourceKind<ModelPackageResource> MODEL_PACKAGE =
            new ResourceKind<>("model-package", ModelPackageResource.class);
    public static final ResourceKind<SigningKeysResource> SIGNING_KEYS =
            new ResourceKind<>("signing-keys", SigningKeysResource.class);

    private static final List<ResourceKind<?>> ALL = List.of(
            MODEL,
            ENDPOINT_CONFIG,
            ENDPOINT,
            INFERENCE_COMPONENT,
            DELETED_ENDPOINT,
            TOPIC,
            SUBSCRIPTION,
            ACCESS_KEY,
            SIGNING_KEYS,
            ALARM,
            SCALABLE_TARGET,
            SCALING_POLICY,
            SCHEDULED_ACTION,
            SCALING_ACTIVITIES,
            MODEL_PACKAGE_GROUP,
            MODEL_PACKAGE,
            ALARM_HISTORY);
    private static final int MAX_PLAIN_NAME = 200;
    private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_.-]*");

    private final String label;
    private final Class<R> type;
    private final Codec<R> codec;

    private ResourceKind(String label, Class<R> type) {
        this.label = label;
        this.type = type;
        this.codec = Json.codec(type);
    }

    /// The kind of that label, or empty when this version does not know it.
    static Optional<ResourceKind<?>> ofLabel(String label) {
        return ALL.stream().filter(kind -> kind.label.equals(label)).findFirst();
    }

    /// The word for the kind in object keys and announcements.
    public String label() {
        return label;
    }

    public R cast(Resource resource) {
        return type.cast(resource);
    }

    byte[] encode(R resource) {
        return codec.encode(resource);
    }

    /// @throws PlatformException `VALIDATION_ERROR` when the bytes are no document of this kind
    R decode(byte[] bytes) {
        return codec.decode(bytes)
                .orElseThrow(() -> new PlatformException(ErrorCode.VALIDATION_ERROR, "not a " + label + " document"));
    }

    /// The name under which the document is kept. File systems below some stores end names at 255
    /// bytes, and names of alarms may hold anything, a path among them: a name that is long or more
    /// than plain is kept under its hash.
    static String objectName(String name) {
        boolean isPlain = PLAIN.matcher(name).matches();
        if (isPlain && name.length() <= MAX_PLAIN_NAME) {
            return name;
        }
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(name.getBytes(StandardCharsets.UTF_8));
            return (isPlain ? name.substring(0, 100) + "-" : "~")
                    + HexFormat.of().formatHex(hash);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    @Override
    public String toString() {
        return label;
    }
}
