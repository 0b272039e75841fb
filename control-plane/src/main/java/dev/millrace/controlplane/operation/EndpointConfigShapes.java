package dev.millrace.controlplane.operation;

import static dev.millrace.controlplane.shape.Member.kept;
import static dev.millrace.controlplane.shape.Member.refused;
import static dev.millrace.controlplane.shape.Member.works;

import dev.millrace.controlplane.shape.Shape.Choice;
import dev.millrace.controlplane.shape.Shape.Decimal;
import dev.millrace.controlplane.shape.Shape.Flag;
import dev.millrace.controlplane.shape.Shape.Items;
import dev.millrace.controlplane.shape.Shape.Rule;
import dev.millrace.controlplane.shape.Shape.Structure;
import dev.millrace.controlplane.shape.Shape.Text;
import dev.millrace.controlplane.shape.Shape.Whole;
import dev.millrace.invocation.ResultTopics;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// What requests about endpoint configs hold.
final class EndpointConfigShapes {
    /// The API has no member for it, and tags are where its users put what it has no member for.
    static final String RESULT_TOPIC = "millrace:result-topic";

    private static final Text TOPIC_ARN =
            new Text(0, 2048, "arn:aws[a-z\\-]*:sns:[a-z0-9\\-]*:[0-9]{12}:[a-zA-Z0-9_.-]+");
    private static final Text CONTENT_TYPE =
            new Text(1, 256, "[a-zA-Z0-9](-*[a-zA-Z0-9])*\\/[a-zA-Z0-9](-*[a-zA-Z0-9.])*");
    private static final Whole STARTUP_SECONDS = new Whole(60, 3600);

    private static final Structure SCALE_IN_POLICY = Structure.of(
            "ProductionVariantManagedInstanceScalingScaleInPolicy",
            kept("Strategy", Choice.of("IDLE_RELEASE", "CONSOLIDATION")).required(),
            kept("MaximumStepSize", new Whole(1, 100)),
            kept("CooldownInMinutes", new Whole(5, 1440)));

    private static final Structure MANAGED_INSTANCE_SCALING = Structure.of(
                    "ProductionVariantManagedInstanceScaling",
                    works("Status", Choice.of("ENABLED", "DISABLED")),
                    works("MinInstanceCount", Whole.atLeast(0)),
                    works("MaxInstanceCount", Whole.atLeast(1)),
                    kept("ScaleInPolicy", SCALE_IN_POLICY))
            .with(Rule.inOrder("MinInstanceCount", "MaxInstanceCount"));

    private static final Structure ROUTING_CONFIG = Structure.of(
            "ProductionVariantRoutingConfig",
            kept("RoutingStrategy", Choice.of("LEAST_OUTSTANDING_REQUESTS", "RANDOM", "PREFIX_AWARE"))
                    .required(),
            kept(
                    "PrefixAwareRoutingConfig",
                    Structure.of(
                            "PrefixAwareRoutingConfig",
                            kept("PrefixLength", new Whole(1024, 65536)),
                            kept("ConcurrencyThreshold", new Whole(1, 1024)))));

    private static final Structure VARIANT = Structure.of(
                    "ProductionVariant",
                    works("VariantName", CommonShapes.NAME).required(),
                    works("ModelName", CommonShapes.MODEL_NAME),
                    works("InitialInstanceCount", Whole.atLeast(1)),
                    works("InstanceType", new Text(0, 64, "ml\\.[a-z0-9-]+\\.[a-z0-9]+")),
                    refused("InstancePools", "Instance pools are"),
                    kept("VariantInstanceProvisionTimeoutInSeconds", new Whole(300, 3600)),
                    works("InitialVariantWeight", new Decimal(0)),
                    kept(
                            "AcceleratorType",
                            Choice.of(
                                    "ml.eia1.medium",
                                    "ml.eia1.large",
                                    "ml.eia1.xlarge",
                                    "ml.eia2.medium",
                                    "ml.eia2.large",
                                    "ml.eia2.xlarge")),
                    kept(
                            "CoreDumpConfig",
                            Structure.of(
                                    "ProductionVariantCoreDumpConfig",
                                    kept("DestinationS3Uri", CommonShapes.S3_DESTINATION)
                                            .required(),
                                    kept("KmsKeyId", CommonShapes.KMS_KEY))),
                    refused("ServerlessConfig", "Serverless variants are"),
                    kept("VolumeSizeInGB", new Whole(1, 512)),
                    works("ModelDataDownloadTimeoutInSeconds", STARTUP_SECONDS),
                    works("ContainerStartupHealthCheckTimeoutInSeconds", STARTUP_SECONDS),
                    kept("EnableSSMAccess", new Flag()),
                    works("ManagedInstanceScaling", MANAGED_INSTANCE_SCALING),
                    kept("RoutingConfig", ROUTING_CONFIG),
                    kept("InferenceAmiVersion", new Text(0, 256)),
                    kept(
                            "CapacityReservationConfig",
                            Structure.of(
                                    "ProductionVariantCapacityReservationConfig",
                                    kept("CapacityReservationPreference", Choice.of("capacity-reservations-only")),
                                    kept("MlReservationArn", new Text(20, 258)))))
            .with(Rule.required("InstanceType", "a variant"), Rule.required("InitialInstanceCount", "a variant"));

    private static final Structure NOTIFICATION_CONFIG = Structure.of(
            "AsyncInferenceNotificationConfig",
            works("SuccessTopic", TOPIC_ARN),
            works("ErrorTopic", TOPIC_ARN),
            works(
                    "IncludeInferenceResponseIn",
                    new Items(0, 2, Choice.of("SUCCESS_NOTIFICATION_TOPIC", "ERROR_NOTIFICATION_TOPIC"))));

    private static final Structure ASYNC_INFERENCE_CONFIG = Structure.of(
            "AsyncInferenceConfig",
            works(
                    "ClientConfig",
                    Structure.of(
                            "AsyncInferenceClientConfig",
                            works("MaxConcurrentInvocationsPerInstance", new Whole(1, 1000)))),
            works(
                            "OutputConfig",
                            Structure.of(
                                    "AsyncInferenceOutputConfig",
                                    kept("KmsKeyId", CommonShapes.KMS_KEY),
                                    works("S3OutputPath", CommonShapes.S3_DESTINATION),
                                    works("NotificationConfig", NOTIFICATION_CONFIG),
                                    works("S3FailurePath", CommonShapes.S3_DESTINATION)))
                    .required());

    private static final Structure DATA_CAPTURE_CONFIG = Structure.of(
            "DataCaptureConfig",
            works("EnableCapture", new Flag()).refusing("true", "Data capture is"),
            kept("InitialSamplingPercentage", new Whole(0, 100)).required(),
            kept("DestinationS3Uri", CommonShapes.S3_DESTINATION).required(),
            kept("KmsKeyId", CommonShapes.KMS_KEY),
            kept(
                            "CaptureOptions",
                            new Items(
                                    1,
                                    32,
                                    Structure.of(
                                            "CaptureOption",
                                            kept("CaptureMode", Choice.of("Input", "Output", "InputAndOutput"))
                                                    .required())))
                    .required(),
            kept(
                    "CaptureContentTypeHeader",
                    Structure.of(
                            "CaptureContentTypeHeader",
                            kept("CsvContentTypes", new Items(1, 10, CONTENT_TYPE)),
                            kept("JsonContentTypes", new Items(1, 10, CONTENT_TYPE)))));

    private static final Structure METRICS_CONFIG = Structure.of(
                    "MetricsConfig",
                    kept("EnableEnhancedMetrics", new Flag()),
                    kept("EnableDetailedObservability", new Flag()),
                    kept("MetricPublishFrequencyInSeconds", new Whole(10, 300)))
            .with(CommonShapes.PUBLISH_FREQUENCY);

    static final Structure CREATE = Structure.of(
                    "CreateEndpointConfig",
                    works("EndpointConfigName", CommonShapes.NAME).required(),
                    works("ProductionVariants", new Items(1, 10, VARIANT))
                            .required()
                            .refusingMoreThan(1, "Several production variants are"),
                    works("DataCaptureConfig", DATA_CAPTURE_CONFIG),
                    works("Tags", TagShapes.TAGS),
                    kept("KmsKeyId", CommonShapes.KMS_KEY),
                    works("AsyncInferenceConfig", ASYNC_INFERENCE_CONFIG),
                    refused("ExplainerConfig", "Explanations are"),
                    refused("ShadowProductionVariants", "Shadow variants are"),
                    kept("ExecutionRoleArn", CommonShapes.ROLE_ARN),
                    kept("VpcConfig", CommonShapes.VPC_CONFIG),
                    kept("EnableNetworkIsolation", new Flag()),
                    kept("MetricsConfig", METRICS_CONFIG))
            .with(
                    TagShapes.DIFFERENT_KEYS,
                    new Rule(
                            "The tag " + RESULT_TOPIC + " must name a Kafka topic, and none of the platform's own.",
                            request -> topicMayTakeResults(resultTopic(request))),
                    new Rule(
                            "A variant without a ModelName hosts inference components, which needs an ExecutionRoleArn.",
                            request -> !isForComponents(request) || request.has("ExecutionRoleArn")),
                    new Rule(
                            "Endpoints that host inference components have no AsyncInferenceConfig.",
                            request -> !isForComponents(request) || !request.has("AsyncInferenceConfig")),
                    new Rule(
                            "The tag " + RESULT_TOPIC + " needs an AsyncInferenceConfig.",
                            request -> resultTopic(request) == null || request.has("AsyncInferenceConfig")));

    static final Structure DESCRIBE =
            CommonShapes.nameOnly("DescribeEndpointConfig", "EndpointConfigName", CommonShapes.NAME);
    static final Structure LIST = Structure.of("ListEndpointConfigs", CommonShapes.listMembers("Name", "CreationTime"));
    static final Structure DELETE =
            CommonShapes.nameOnly("DeleteEndpointConfig", "EndpointConfigName", CommonShapes.NAME);

    private EndpointConfigShapes() {}

    /// The topic that a request's tags name, or null.
    static @Nullable String resultTopic(ObjectNode request) {
        for (JsonNode tag : request.path("Tags").values()) {
            if (tag.path("Key").asString("").equals(RESULT_TOPIC)) {
                return tag.path("Value").asString("");
            }
        }
        return null;
    }

    private static boolean isForComponents(ObjectNode request) {
        return !request.path("ProductionVariants").path(0).has("ModelName");
    }

    private static boolean topicMayTakeResults(@Nullable String topic) {
        return topic == null || ResultTopics.isAllowed(topic);
    }
}
