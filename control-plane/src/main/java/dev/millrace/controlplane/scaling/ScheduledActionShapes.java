package dev.millrace.controlplane.scaling;

import static dev.millrace.controlplane.shape.Member.works;

import dev.millrace.controlplane.shape.Shape.Items;
import dev.millrace.controlplane.shape.Shape.Rule;
import dev.millrace.controlplane.shape.Shape.Structure;
import dev.millrace.controlplane.shape.Shape.Text;
import dev.millrace.controlplane.shape.Shape.Time;
import dev.millrace.controlplane.shape.Shape.Whole;
import java.util.List;

/// What requests about scheduled actions hold.
final class ScheduledActionShapes {
    /// AWS's rule, written so that no text makes it slow: no blank at either end, none of its
    /// forbidden characters.
    private static final Text ACTION_NAME = new Text(
            1,
            256,
            "[^ \\u0000-\\u001f\\u007f-\\u009f:/|]([^\\u0000-\\u001f\\u007f-\\u009f:/|]*"
                    + "[^ \\u0000-\\u001f\\u007f-\\u009f:/|])?");

    private static final Structure TARGET_ACTION = Structure.of(
                    "ScalableTargetAction",
                    works("MinCapacity", Whole.atLeast(0)),
                    works("MaxCapacity", Whole.atLeast(0)))
            .with(
                    Rule.inOrder("MinCapacity", "MaxCapacity"),
                    new Rule(
                            "You must specify a MinCapacity, a MaxCapacity, or both.",
                            node -> node.has("MinCapacity") || node.has("MaxCapacity")));

    static final Structure PUT = ScalingShapes.ofTarget(
            "PutScheduledAction",
            List.of(new Rule(
                    "StartTime must be before EndTime.",
                    node -> !node.has("StartTime")
                            || !node.has("EndTime")
                            || node.get("StartTime").doubleValue()
                                    < node.get("EndTime").doubleValue())),
            works("ScheduledActionName", ACTION_NAME).required(),
            works("Schedule", ScalingShapes.REFERENCE),
            works("Timezone", ScalingShapes.REFERENCE),
            works("StartTime", new Time()),
            works("EndTime", new Time()),
            works("ScalableTargetAction", TARGET_ACTION));

    static final Structure DESCRIBE = ScalingShapes.listing(
            "DescribeScheduledActions", 50, works("ScheduledActionNames", new Items(0, 50, ScalingShapes.REFERENCE)));

    static final Structure DELETE = ScalingShapes.ofTarget(
            "DeleteScheduledAction",
            List.of(),
            works("ScheduledActionName", ScalingShapes.REFERENCE).required());

    private ScheduledActionShapes() {}
}
