package dev.millrace.controlplane.operation;

import static dev.millrace.controlplane.shape.Member.works;

import dev.millrace.controlplane.shape.Shape.Items;
import dev.millrace.controlplane.shape.Shape.Rule;
import dev.millrace.controlplane.shape.Shape.Structure;
import dev.millrace.controlplane.shape.Shape.Text;
import dev.millrace.controlplane.shape.Shape.Whole;
import java.util.Locale;

/// What requests about tags hold, and the tags in requests that make resources.
final class TagShapes {
    /// Of one resource.
    static final int MAX_TAGS = 50;

    private static final String TEXT = "([\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]*)";
    private static final Text KEY = new Text(1, 128, TEXT);
    private static final Text ARN = new Text(0, 256, "arn:aws[a-z-]*:sagemaker:[a-z0-9-]*:[0-9]{12}:.+");

    private static final Structure TAG = Structure.of(
                    "Tag",
                    works("Key", KEY).required(),
                    works("Value", new Text(0, 256, TEXT)).required())
            .with(new Rule(
                    "Tag keys that begin with aws: are reserved.",
                    tag -> !tag.get("Key")
                            .stringValue()
                            .toLowerCase(Locale.ROOT)
                            .startsWith("aws:")));

    static final Items TAGS = new Items(0, MAX_TAGS, TAG);

    /// Of every structure that has a member `Tags`.
    static final Rule DIFFERENT_KEYS = new Rule(
            "Tags must not hold a key twice.",
            request -> request.path("Tags").values().stream()
                            .map(tag -> tag.get("Key").stringValue())
                            .distinct()
                            .count()
                    == request.path("Tags").size());

    static final Structure ADD = Structure.of(
                    "AddTags",
                    works("ResourceArn", ARN).required(),
                    works("Tags", TAGS).required())
            .with(DIFFERENT_KEYS);
    static final Structure LIST = Structure.of(
            "ListTags",
            works("ResourceArn", ARN).required(),
            works("NextToken", new Text(0, 8192)),
            works("MaxResults", Whole.atLeast(50)));
    static final Structure DELETE = Structure.of(
            "DeleteTags",
            works("ResourceArn", ARN).required(),
            works("TagKeys", new Items(1, MAX_TAGS, KEY)).required());

    private TagShapes() {}
}
