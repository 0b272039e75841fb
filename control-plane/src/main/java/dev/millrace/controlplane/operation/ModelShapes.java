package dev.millrace.controlplane.operation;

import static dev.millrace.controlplane.shape.Member.kept;
import static dev.millrace.controlplane.shape.Member.refused;
import static dev.millrace.controlplane.shape.Member.works;

import dev.millrace.controlplane.shape.Shape.Choice;
import dev.millrace.controlplane.shape.Shape.Entries;
import dev.millrace.controlplane.shape.Shape.Flag;
import dev.millrace.controlplane.shape.Shape.Form;
import dev.millrace.controlplane.shape.Shape.Items;
import dev.millrace.controlplane.shape.Shape.Rule;
import dev.millrace.controlplane.shape.Shape.Structure;
import dev.millrace.controlplane.shape.Shape.Text;
import dev.millrace.controlplane.shape.Shape.Whole;

/// What requests about models hold.
final class ModelShapes {
    static final Text IMAGE = new Text(0, 255, "[\\S]+");
    static final Text MODEL_DATA = new Text(0, 1024, "(https|s3)://([^/]+)/?(.*)").as(Form.S3_PREFIX);
    private static final int MAX_ENVIRONMENT_CHARACTERS = 32 * 1024;

    private static final Structure S3_DATA_SOURCE = Structure.of(
            "S3ModelDataSource",
            works("S3Uri", MODEL_DATA).required(),
            works("S3DataType", Choice.of("S3Prefix", "S3Object")).required(),
            works("CompressionType", Choice.of("None", "Gzip")).required(),
            kept(
                    "ModelAccessConfig",
                    Structure.of(
                            "ModelAccessConfig", kept("AcceptEula", new Flag()).required())),
            refused("HubAccessConfig", "Models of a hub are"),
            refused("ManifestS3Uri", "Manifests of model data are"),
            kept("ETag", new Text(0, 1024)),
            refused("ManifestEtag", "Manifests of model data are"));

    static final Structure MODEL_DATA_SOURCE = Structure.of("ModelDataSource", works("S3DataSource", S3_DATA_SOURCE));
    static final Rule SOURCE_HAS_S3 = new Rule(
            "ModelDataSource must name an S3DataSource.",
            container -> !container.has("ModelDataSource")
                    || container.get("ModelDataSource").has("S3DataSource"));
    static final Entries ENVIRONMENT = new Entries(100, new Text(1, 1024, "[a-zA-Z_][a-zA-Z0-9_]*"), new Text(0, 1024));

    private static final Structure IMAGE_CONFIG = Structure.of(
            "ImageConfig",
            kept("RepositoryAccessMode", Choice.of("Platform", "Vpc")).required(),
            kept(
                    "RepositoryAuthConfig",
                    Structure.of(
                            "RepositoryAuthConfig",
                            kept("RepositoryCredentialsProviderArn", new Text(1, 2048))
                                    .required())));

    static final Structure CONTAINER_METRICS = Structure.of(
            "ContainerMetricsConfig",
            kept(
                    "MetricsEndpoints",
                    new Items(
                            0,
                            1,
                            Structure.of(
                                            "MetricsEndpoint",
                                            kept(
                                                            "MetricsEndpointPath",
                                                            new Text(0, 256, "/(?!.*\\.\\.)[a-zA-Z0-9/_.\\-]+"))
                                                    .required(),
                                            kept("MetricPublishFrequencyInSeconds", new Whole(10, 300)))
                                    .with(CommonShapes.PUBLISH_FREQUENCY))));

    private static final Structure CONTAINER = Structure.of(
                    "ContainerDefinition",
                    kept("ContainerHostname", CommonShapes.NAME),
                    works("Image", IMAGE),
                    kept("ImageConfig", IMAGE_CONFIG),
                    works("Mode", Choice.of("SingleModel", "MultiModel"))
                            .refusing("MultiModel", "Endpoints that hold many models are"),
                    works("ModelDataUrl", MODEL_DATA),
                    works("ModelDataSource", MODEL_DATA_SOURCE),
                    refused("AdditionalModelDataSources", "Additional model data sources are"),
                    works("Environment", ENVIRONMENT),
                    works("ModelPackageName", ModelPackageShapes.PACKAGE),
                    works("InferenceSpecificationName", CommonShapes.NAME_OF_ONE_OR_MORE),
                    kept(
                            "MultiModelConfig",
                            Structure.of(
                                    "MultiModelConfig", kept("ModelCacheSetting", Choice.of("Enabled", "Disabled")))),
                    kept("ContainerMetricsConfig", CONTAINER_METRICS))
            .with(
                    Rule.exactlyOneOf("Image", "ModelPackageName"),
                    Rule.atMostOneOf("ModelDataUrl", "ModelDataSource"),
                    Rule.atMostOneOf("ModelDataUrl", "ModelPackageName"),
                    Rule.atMostOneOf("ModelDataSource", "ModelPackageName"),
                    new Rule(
                            "InferenceSpecificationName needs a ModelPackageName.",
                            container ->
                                    !container.has("InferenceSpecificationName") || container.has("ModelPackageName")),
                    SOURCE_HAS_S3,
                    new Rule(
                            "Environment must not hold more than " + MAX_ENVIRONMENT_CHARACTERS
                                    + " characters in total.",
                            container -> container.path("Environment").properties().stream()
                                            .mapToInt(entry -> entry.getKey().length()
                                                    + entry.getValue()
                                                            .stringValue()
                                                            .length())
                                            .sum()
                                    <= MAX_ENVIRONMENT_CHARACTERS));

    static final Structure CREATE = Structure.of(
                    "CreateModel",
                    works("ModelName", CommonShapes.MODEL_NAME).required(),
                    works("PrimaryContainer", CONTAINER),
                    works("Containers", new Items(0, 15, CONTAINER))
                            .refusingMoreThan(1, "Models of several containers are"),
                    kept(
                            "InferenceExecutionConfig",
                            Structure.of(
                                    "InferenceExecutionConfig",
                                    kept("Mode", Choice.of("Serial", "Direct")).required())),
                    kept("ExecutionRoleArn", CommonShapes.ROLE_ARN),
                    works("Tags", TagShapes.TAGS),
                    kept("VpcConfig", CommonShapes.VPC_CONFIG),
                    kept("EnableNetworkIsolation", new Flag()))
            .with(
                    TagShapes.DIFFERENT_KEYS,
                    new Rule(
                            "Exactly one of PrimaryContainer and Containers must be given.",
                            model -> model.has("PrimaryContainer")
                                    == model.path("Containers").isEmpty()));

    static final Structure DESCRIBE = CommonShapes.nameOnly("DescribeModel", "ModelName", CommonShapes.MODEL_NAME);
    static final Structure LIST = Structure.of("ListModels", CommonShapes.listMembers("Name", "CreationTime"));
    static final Structure DELETE = CommonShapes.nameOnly("DeleteModel", "ModelName", CommonShapes.MODEL_NAME);

    private ModelShapes() {}
}
