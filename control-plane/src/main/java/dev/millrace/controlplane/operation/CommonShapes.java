package dev.millrace.controlplane.operation;

import dev.millrace.controlplane.shape.Member;
import dev.millrace.controlplane.shape.Shape.Choice;
import dev.millrace.controlplane.shape.Shape.Form;
import dev.millrace.controlplane.shape.Shape.Items;
import dev.millrace.controlplane.shape.Shape.Rule;
import dev.millrace.controlplane.shape.Shape.Structure;
import dev.millrace.controlplane.shape.Shape.Text;
import dev.millrace.controlplane.shape.Shape.Time;
import dev.millrace.controlplane.shape.Shape.Whole;
import java.util.Set;

/// Shapes that several resources share.
final class CommonShapes {
    private static final Set<Integer> PUBLISH_SECONDS = Set.of(10, 30, 60, 120, 180, 240, 300);

    static final Text MODEL_NAME = new Text(0, 63, "[a-zA-Z0-9]([\\-a-zA-Z0-9]*[a-zA-Z0-9])?");
    /// Endpoints, endpoint configs, variants and container host names.
    static final Text NAME = new Text(0, 63, "[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}");
    /// Checked for form only; account numbers of other lengths appear in users' examples.
    static final Text ROLE_ARN = new Text(20, 2048, "arn:aws[a-z\\-]*:iam::\\d+:role/?[a-zA-Z_0-9+=,.@\\-_/]+");
    static final Text KMS_KEY = new Text(0, 2048, "[a-zA-Z0-9:/_-]*");
    static final Text S3_DESTINATION = new Text(0, 512, "(https|s3)://([^/])/?(.*)").as(Form.S3_PREFIX);

    static final Text NAME_OF_ONE_OR_MORE = new Text(1, 63, "[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}");
    static final Text DESCRIPTION = new Text(0, 1024, "[\\p{L}\\p{M}\\p{Z}\\p{S}\\p{N}\\p{P}]*");
    static final Text DIGEST = new Text(0, 72, "[Ss][Hh][Aa]256:[0-9a-fA-F]{64}");
    /// Of something that nothing here reads.
    static final Text URL = new Text(0, 1024, "(https|s3)://([^/]+)/?(.*)");
    static final Text INSTANCE_TYPE = new Text(0, 64, "ml\\.[a-z0-9-]+\\.[a-z0-9]+");

    /// Of metrics, wherever it is a member.
    static final Rule PUBLISH_FREQUENCY = new Rule(
            "MetricPublishFrequencyInSeconds must be one of 10, 30, 60, 120, 180, 240 and 300.",
            config -> !config.has("MetricPublishFrequencyInSeconds")
                    || PUBLISH_SECONDS.contains(
                            config.get("MetricPublishFrequencyInSeconds").intValue()));

    private static final Text VPC_ID = new Text(0, 32, "[-0-9a-zA-Z]+");
    static final Structure VPC_CONFIG = Structure.of(
            "VpcConfig",
            Member.kept("SecurityGroupIds", new Items(1, 5, VPC_ID)).required(),
            Member.kept("Subnets", new Items(1, 16, VPC_ID)).required());

    private static final Text NAME_PART = new Text(0, 63, "[a-zA-Z0-9-]+");

    private CommonShapes() {}

    /// The request of an operation that takes nothing but a name.
    static Structure nameOnly(String operation, String member, Text shape) {
        return Structure.of(operation, Member.works(member, shape).required());
    }

    /// The members that every list operation takes.
    static Member[] listMembers(String... sortBy) {
        return new Member[] {
            Member.works("SortBy", Choice.of(sortBy)),
            Member.works("SortOrder", Choice.of("Ascending", "Descending")),
            Member.works("NextToken", new Text(0, 8192)),
            Member.works("MaxResults", new Whole(1, 100)),
            Member.works("NameContains", NAME_PART),
            Member.works("CreationTimeBefore", new Time()),
            Member.works("CreationTimeAfter", new Time())
        };
    }
}
