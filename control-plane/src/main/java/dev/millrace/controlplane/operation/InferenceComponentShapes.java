package dev.millrace.controlplane.operation;

import static dev.millrace.controlplane.shape.Member.kept;
import static dev.millrace.controlplane.shape.Member.refused;
import static dev.millrace.controlplane.shape.Member.works;

import dev.millrace.controlplane.ComponentStatus;
import dev.millrace.controlplane.shape.Member;
import dev.millrace.controlplane.shape.Shape.Choice;
import dev.millrace.controlplane.shape.Shape.Decimal;
import dev.millrace.controlplane.shape.Shape.Entries;
import dev.millrace.controlplane.shape.Shape.Flag;
import dev.millrace.controlplane.shape.Shape.Form;
import dev.millrace.controlplane.shape.Shape.Rule;
import dev.millrace.controlplane.shape.Shape.Structure;
import dev.millrace.controlplane.shape.Shape.Text;
import dev.millrace.controlplane.shape.Shape.Time;
import dev.millrace.controlplane.shape.Shape.Whole;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// What requests about inference components hold.
final class InferenceComponentShapes {
    private static final Text NAME = CommonShapes.MODEL_NAME;
    private static final Whole STARTUP_SECONDS = new Whole(60, 3600);
    private static final Whole MEMORY_MB = Whole.atLeast(128);

    private static final Structure CONTAINER = Structure.of(
                    "InferenceComponentContainerSpecification",
                    works("Image", new Text(0, 255, "[\\S]+")),
                    works("ArtifactUrl", new Text(0, 1024, "(https|s3)://([^/]+)/?(.*)").as(Form.S3_OBJECT)),
                    works(
                            "Environment",
                            new Entries(100, new Text(1, 1024, "[a-zA-Z_][a-zA-Z0-9_]*"), new Text(0, 1024))),
                    kept("ContainerMetricsConfig", ModelShapes.CONTAINER_METRICS))
            .with(Rule.required("Image", "a container"));

    private static final Structure STARTUP_PARAMETERS = Structure.of(
            "InferenceComponentStartupParameters",
            works("ModelDataDownloadTimeoutInSeconds", STARTUP_SECONDS),
            works("ContainerStartupHealthCheckTimeoutInSeconds", STARTUP_SECONDS));

    private static final Structure COMPUTE_REQUIREMENTS = Structure.of(
                    "InferenceComponentComputeResourceRequirements",
                    works("NumberOfCpuCoresRequired", new Decimal(0.25)),
                    works("NumberOfAcceleratorDevicesRequired", new Decimal(1)),
                    works("MinMemoryRequiredInMb", MEMORY_MB).required(),
                    works("MaxMemoryRequiredInMb", MEMORY_MB))
            .with(Rule.inOrder("MinMemoryRequiredInMb", "MaxMemoryRequiredInMb"));

    private static final Structure SCHEDULING_CONFIG = Structure.of(
            "InferenceComponentSchedulingConfig",
            kept("PlacementStrategy", Choice.of("SPREAD", "BINPACK")).required(),
            kept(
                    "AvailabilityZoneBalance",
                    Structure.of(
                            "InferenceComponentAvailabilityZoneBalance",
                            kept("EnforcementMode", Choice.of("PERMISSIVE")).required(),
                            kept("MaxImbalance", new Whole(0, 100)))));

    private static final Structure SPECIFICATION = Structure.of(
                    "InferenceComponentSpecification",
                    refused("InstanceType", "Specifications for several instance types are"),
                    works("ModelName", CommonShapes.MODEL_NAME),
                    works("Container", CONTAINER),
                    works("StartupParameters", STARTUP_PARAMETERS),
                    works("ComputeResourceRequirements", COMPUTE_REQUIREMENTS),
                    refused("BaseInferenceComponentName", "Adapter components are"),
                    kept(
                            "DataCacheConfig",
                            Structure.of(
                                    "InferenceComponentDataCacheConfig",
                                    kept("EnableCaching", new Flag()).required())),
                    kept("SchedulingConfig", SCHEDULING_CONFIG))
            .with(
                    Rule.exactlyOneOf("ModelName", "Container"),
                    Rule.required("ComputeResourceRequirements", "a specification"));

    private static final Structure RUNTIME_CONFIG = Structure.of(
            "InferenceComponentRuntimeConfig",
            works("CopyCount", Whole.atLeast(0)).required());

    private static final Structure CAPACITY_SIZE = Structure.of(
            "InferenceComponentCapacitySize",
            kept("Type", Choice.of("COPY_COUNT", "CAPACITY_PERCENT")).required(),
            kept("Value", Whole.atLeast(1)).required());

    private static final Structure DEPLOYMENT_CONFIG = Structure.of(
            "InferenceComponentDeploymentConfig",
            kept(
                            "RollingUpdatePolicy",
                            Structure.of(
                                    "InferenceComponentRollingUpdatePolicy",
                                    kept("MaximumBatchSize", CAPACITY_SIZE).required(),
                                    kept("WaitIntervalInSeconds", new Whole(0, 3600))
                                            .required(),
                                    kept("MaximumExecutionTimeoutInSeconds", new Whole(600, 28800)),
                                    kept("RollbackMaximumBatchSize", CAPACITY_SIZE)))
                    .required(),
            refused("AutoRollbackConfiguration", "Rollback by alarms is"));

    static final Structure CREATE = Structure.of(
                    "CreateInferenceComponent",
                    works("InferenceComponentName", NAME).required(),
                    works("EndpointName", CommonShapes.NAME).required(),
                    works("VariantName", CommonShapes.NAME),
                    works("Specification", SPECIFICATION),
                    refused("Specifications", "Specifications for several instance types are"),
                    works("RuntimeConfig", RUNTIME_CONFIG),
                    works("Tags", TagShapes.TAGS))
            .with(Rule.required("Specification", "a component"), Rule.required("RuntimeConfig", "a component"));

    static final Structure UPDATE = Structure.of(
                    "UpdateInferenceComponent",
                    works("InferenceComponentName", NAME).required(),
                    works("Specification", SPECIFICATION),
                    refused("Specifications", "Specifications for several instance types are"),
                    works("RuntimeConfig", RUNTIME_CONFIG),
                    kept("DeploymentConfig", DEPLOYMENT_CONFIG))
            .with(new Rule(
                    "Specification or RuntimeConfig must be given.",
                    request -> request.has("Specification") || request.has("RuntimeConfig")));

    static final Structure UPDATE_RUNTIME_CONFIG = Structure.of(
            "UpdateInferenceComponentRuntimeConfig",
            works("InferenceComponentName", NAME).required(),
            works("DesiredRuntimeConfig", RUNTIME_CONFIG).required());

    static final Structure DESCRIBE =
            CommonShapes.nameOnly("DescribeInferenceComponent", "InferenceComponentName", NAME);
    static final Structure DELETE = CommonShapes.nameOnly("DeleteInferenceComponent", "InferenceComponentName", NAME);
    static final Structure LIST = new Structure("ListInferenceComponents", listMembers(), List.of());

    private InferenceComponentShapes() {}

    private static List<Member> listMembers() {
        var members = new ArrayList<>(List.of(CommonShapes.listMembers("Name", "CreationTime", "Status")));
        members.add(works("LastModifiedTimeBefore", new Time()));
        members.add(works("LastModifiedTimeAfter", new Time()));
        members.add(works(
                "StatusEquals",
                new Choice(Arrays.stream(ComponentStatus.values())
                        .map(ComponentStatus::wireName)
                        .toList())));
        members.add(works("EndpointNameEquals", CommonShapes.NAME));
        members.add(works("VariantNameEquals", CommonShapes.NAME));
        return members;
    }
}
