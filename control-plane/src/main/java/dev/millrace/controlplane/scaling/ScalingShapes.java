package dev.millrace.controlplane.scaling;

import static dev.millrace.controlplane.shape.Member.kept;
import static dev.millrace.controlplane.shape.Member.works;

import dev.millrace.controlplane.ScalableDimension;
import dev.millrace.controlplane.shape.Member;
import dev.millrace.controlplane.shape.Shape;
import dev.millrace.controlplane.shape.Shape.Choice;
import dev.millrace.controlplane.shape.Shape.Entries;
import dev.millrace.controlplane.shape.Shape.Flag;
import dev.millrace.controlplane.shape.Shape.Items;
import dev.millrace.controlplane.shape.Shape.Rule;
import dev.millrace.controlplane.shape.Shape.Structure;
import dev.millrace.controlplane.shape.Shape.Text;
import dev.millrace.controlplane.shape.Shape.Whole;
import java.util.List;
import java.util.stream.Stream;

/// What requests about scalable targets, activities and tags hold, and what all of the service's
/// requests share.
final class ScalingShapes {
    static final String NAMESPACE = "ServiceNamespace";
    static final String RESOURCE_ID = "ResourceId";
    static final String DIMENSION = "ScalableDimension";

    private static final String NAME = "[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}";
    /// AWS's own bound on names and ARNs.
    static final Text REFERENCE = new Text(1, 1600);

    private static final Text ID =
            new Text(1, 1600, "endpoint/" + NAME + "/variant/" + NAME + "|inference-component/" + NAME);
    private static final Choice NAMESPACES = Choice.of("sagemaker");
    private static final Choice DIMENSIONS = Choice.of(
            ScalableDimension.VARIANT_INSTANCE_COUNT.wireName(),
            ScalableDimension.COMPONENT_COPY_COUNT.wireName(),
            "sagemaker:variant:DesiredProvisionedConcurrency");
    private static final Rule DIMENSION_FITS = new Rule(
            "Unsupported service namespace, resource type or scalable dimension",
            node -> !node.has(RESOURCE_ID)
                    || !node.has(DIMENSION)
                    || node.get(RESOURCE_ID).stringValue().startsWith("endpoint/")
                            == node.get(DIMENSION).stringValue().startsWith("sagemaker:variant:"));
    private static final Rule RESOURCE_WITH_DIMENSION = new Rule(
            "If you specify a scalable dimension, you must also specify a resource ID.",
            node -> !node.has(DIMENSION) || node.has(RESOURCE_ID));
    private static final Text TOKEN = new Text(1, 8192);
    private static final Text TARGET_ARN =
            new Text(1, 1011, "arn:.+:application-autoscaling:.+:[0-9]+:scalable-target/[a-zA-Z0-9-]+");
    private static final Text TAG_KEY = new Text(1, 128);
    private static final Entries TAGS = new Entries(50, TAG_KEY, new Text(0, 256));

    static final Structure REGISTER = ofTarget(
            "RegisterScalableTarget",
            List.of(Shape.Rule.inOrder("MinCapacity", "MaxCapacity")),
            works("MinCapacity", Whole.atLeast(0)),
            works("MaxCapacity", Whole.atLeast(0)),
            kept("RoleARN", REFERENCE),
            works(
                    "SuspendedState",
                    Structure.of(
                            "SuspendedState",
                            works("DynamicScalingInSuspended", new Flag()),
                            works("DynamicScalingOutSuspended", new Flag()),
                            works("ScheduledScalingSuspended", new Flag()))),
            works("Tags", TAGS));

    static final Structure DEREGISTER = ofTarget("DeregisterScalableTarget", List.of());

    static final Structure DESCRIBE = Structure.of(
                    "DescribeScalableTargets",
                    works(NAMESPACE, NAMESPACES).required(),
                    works("ResourceIds", new Items(0, 50, REFERENCE)),
                    dimension(),
                    works("MaxResults", new Whole(1, 50)),
                    works("NextToken", TOKEN))
            .with(new Rule(
                    "If you specify a scalable dimension, you must also specify a resource ID.",
                    node -> !node.has(DIMENSION) || node.path("ResourceIds").size() > 0));

    static final Structure DESCRIBE_ACTIVITIES =
            listing("DescribeScalingActivities", 50, works("IncludeNotScaledActivities", new Flag()));

    static final Structure TAG = Structure.of(
            "TagResource",
            works("ResourceARN", TARGET_ARN).required(),
            // The bound on tags has an error of its own.
            works("Tags", new Entries(1000, TAG_KEY, new Text(0, 256))).required());
    static final Structure UNTAG = Structure.of(
            "UntagResource",
            works("ResourceARN", TARGET_ARN).required(),
            works("TagKeys", new Items(0, 200, TAG_KEY)).required());
    static final Structure LIST_TAGS =
            Structure.of("ListTagsForResource", works("ResourceARN", TARGET_ARN).required());

    private ScalingShapes() {}

    /// A request about one target.
    static Structure ofTarget(String operation, List<Rule> rules, Member... others) {
        return new Structure(
                operation,
                Stream.concat(
                                Stream.of(
                                        works(NAMESPACE, NAMESPACES).required(),
                                        works(RESOURCE_ID, ID).required(),
                                        dimension().required()),
                                Stream.of(others))
                        .toList(),
                Stream.concat(Stream.of(DIMENSION_FITS), rules.stream()).toList());
    }

    /// A request for what belongs to targets.
    static Structure listing(String operation, int maxResults, Member... others) {
        return new Structure(
                operation,
                Stream.concat(
                                Stream.of(
                                        works(NAMESPACE, NAMESPACES).required(),
                                        works(RESOURCE_ID, REFERENCE),
                                        dimension(),
                                        works("MaxResults", new Whole(1, maxResults)),
                                        works("NextToken", TOKEN)),
                                Stream.of(others))
                        .toList(),
                List.of(RESOURCE_WITH_DIMENSION));
    }

    private static Member dimension() {
        return works(DIMENSION, DIMENSIONS)
                .refusing("sagemaker:variant:DesiredProvisionedConcurrency", "Serverless variants are");
    }
}
