package dev.millrace.controlplane.operation;

import static dev.millrace.controlplane.shape.Member.kept;
import static dev.millrace.controlplane.shape.Member.refused;
import static dev.millrace.controlplane.shape.Member.works;

import dev.millrace.controlplane.EndpointStatus;
import dev.millrace.controlplane.shape.Member;
import dev.millrace.controlplane.shape.Shape.Choice;
import dev.millrace.controlplane.shape.Shape.Decimal;
import dev.millrace.controlplane.shape.Shape.Flag;
import dev.millrace.controlplane.shape.Shape.Items;
import dev.millrace.controlplane.shape.Shape.Structure;
import dev.millrace.controlplane.shape.Shape.Time;
import dev.millrace.controlplane.shape.Shape.Whole;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// What requests about endpoints hold.
final class EndpointShapes {
    private static final int MAX_VARIANTS = 10;

    private static final Structure TRAFFIC_ROUTING = Structure.of(
            "TrafficRoutingConfig",
            works("Type", Choice.of("ALL_AT_ONCE", "CANARY", "LINEAR"))
                    .required()
                    .refusing("CANARY", "Canary updates are")
                    .refusing("LINEAR", "Linear updates are"),
            kept("WaitIntervalInSeconds", new Whole(0, 3600)).required(),
            refused("CanarySize", "Canary updates are"),
            refused("LinearStepSize", "Linear updates are"));

    private static final Structure DEPLOYMENT_CONFIG = Structure.of(
            "DeploymentConfig",
            works(
                    "BlueGreenUpdatePolicy",
                    Structure.of(
                            "BlueGreenUpdatePolicy",
                            works("TrafficRoutingConfiguration", TRAFFIC_ROUTING)
                                    .required(),
                            kept("TerminationWaitInSeconds", new Whole(0, 3600)),
                            kept("MaximumExecutionTimeoutInSeconds", new Whole(600, 28800)))),
            refused("RollingUpdatePolicy", "Rolling updates are"),
            refused("AutoRollbackConfiguration", "Rollback by alarms is"));

    private static final Structure VARIANT_PROPERTY = Structure.of(
            "VariantProperty",
            works("VariantPropertyType", Choice.of("DesiredInstanceCount", "DesiredWeight", "DataCaptureConfig"))
                    .required());

    static final Structure CREATE = Structure.of(
                    "CreateEndpoint",
                    works("EndpointName", CommonShapes.NAME).required(),
                    works("EndpointConfigName", CommonShapes.NAME).required(),
                    works("DeploymentConfig", DEPLOYMENT_CONFIG),
                    works("Tags", TagShapes.TAGS))
            .with(TagShapes.DIFFERENT_KEYS);

    static final Structure UPDATE = Structure.of(
            "UpdateEndpoint",
            works("EndpointName", CommonShapes.NAME).required(),
            works("EndpointConfigName", CommonShapes.NAME).required(),
            works("RetainAllVariantProperties", new Flag()),
            works("ExcludeRetainedVariantProperties", new Items(0, 3, VARIANT_PROPERTY)),
            works("DeploymentConfig", DEPLOYMENT_CONFIG),
            works("RetainDeploymentConfig", new Flag()));

    static final Structure UPDATE_CAPACITIES = Structure.of(
            "UpdateEndpointWeightsAndCapacities",
            works("EndpointName", CommonShapes.NAME).required(),
            works(
                            "DesiredWeightsAndCapacities",
                            new Items(
                                    1,
                                    MAX_VARIANTS,
                                    Structure.of(
                                            "DesiredWeightAndCapacity",
                                            works("VariantName", CommonShapes.NAME)
                                                    .required(),
                                            works("DesiredWeight", new Decimal(0)),
                                            works("DesiredInstanceCount", Whole.atLeast(0)),
                                            refused("ServerlessUpdateConfig", "Serverless variants are"))))
                    .required());

    static final Structure DESCRIBE = CommonShapes.nameOnly("DescribeEndpoint", "EndpointName", CommonShapes.NAME);
    static final Structure DELETE = CommonShapes.nameOnly("DeleteEndpoint", "EndpointName", CommonShapes.NAME);
    static final Structure LIST = new Structure("ListEndpoints", listMembers(), List.of());

    private EndpointShapes() {}

    private static List<Member> listMembers() {
        var members = new ArrayList<>(List.of(CommonShapes.listMembers("Name", "CreationTime", "Status")));
        members.add(works("LastModifiedTimeBefore", new Time()));
        members.add(works("LastModifiedTimeAfter", new Time()));
        members.add(works(
                "StatusEquals",
                new Choice(Arrays.stream(EndpointStatus.values())
                        .map(EndpointStatus::wireName)
                        .toList())));
        return members;
    }
}
