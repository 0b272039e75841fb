package dev.millrace.controlplane.operation;

import static dev.millrace.controlplane.shape.Member.kept;
import static dev.millrace.controlplane.shape.Member.refused;
import static dev.millrace.controlplane.shape.Member.works;

import dev.millrace.controlplane.shape.Member;
import dev.millrace.controlplane.shape.Shape.Choice;
import dev.millrace.controlplane.shape.Shape.Entries;
import dev.millrace.controlplane.shape.Shape.Flag;
import dev.millrace.controlplane.shape.Shape.Items;
import dev.millrace.controlplane.shape.Shape.Rule;
import dev.millrace.controlplane.shape.Shape.Structure;
import dev.millrace.controlplane.shape.Shape.Text;
import java.util.ArrayList;
import java.util.List;

/// What requests about model packages hold.
final class ModelPackageShapes {
    /// Of one package.
    static final int MAX_METADATA = 50;

    private static final String ARN = "(arn:aws[a-z\\-]*:sagemaker:[a-z0-9\\-]*:[0-9]{12}:[a-z\\-]*\\/)?";
    private static final String NAME = "([a-zA-Z0-9]([a-zA-Z0-9-]){0,62})(?<!-)";
    static final Text GROUP = new Text(1, 170, ARN + NAME);
    static final Text PACKAGE = new Text(1, 176, ARN + NAME + "(\\/[0-9]{1,9})?");

    private static final Text PACKAGE_ARN =
            new Text(1, 2048, "arn:aws[a-z\\-]*:sagemaker:[a-z0-9\\-]{9,16}:[0-9]{12}:model-package/[\\S]{1,2048}");
    private static final Choice APPROVAL = Choice.of("Approved", "Rejected", "PendingManualApproval");
    private static final Choice REGISTRATION = Choice.of("Logged", "Registered");
    private static final Text CLIENT_TOKEN = new Text(1, 36, "[a-zA-Z0-9-]+");
    private static final Text SOURCE_URI = new Text(0, 1024, "[\\p{L}\\p{M}\\p{Z}\\p{N}\\p{P}]{0,1024}");

    private static final String METADATA_TEXT = "([\\p{L}\\p{Z}\\p{N}_.:\\/=+\\-@]*)";
    private static final Text METADATA_KEY = new Text(1, 128, METADATA_TEXT);
    private static final Entries METADATA = new Entries(MAX_METADATA, METADATA_KEY, new Text(1, 256, METADATA_TEXT));

    private static final Structure METADATA_PROPERTIES = Structure.of(
            "MetadataProperties",
            kept("CommitId", new Text(0, 1024)),
            kept("Repository", new Text(0, 1024)),
            kept("GeneratedBy", new Text(0, 1024)),
            kept("ProjectId", new Text(0, 1024)));

    private static final Structure MODEL_CARD = Structure.of(
            "ModelPackageModelCard",
            kept("ModelCardContent", new Text(0, 100_000)),
            kept("ModelCardStatus", Choice.of("Draft", "PendingReview", "Approved", "Archived")));

    private static final Structure LIFE_CYCLE = Structure.of(
            "ModelLifeCycle",
            kept("Stage", CommonShapes.NAME_OF_ONE_OR_MORE).required(),
            kept("StageStatus", CommonShapes.NAME_OF_ONE_OR_MORE).required(),
            kept("StageDescription", new Text(0, 1024, ".{0,1024}")));

    static final Structure CREATE = Structure.of(
                    "CreateModelPackage",
                    works("ModelPackageName", CommonShapes.NAME_OF_ONE_OR_MORE),
                    works("ModelPackageGroupName", GROUP),
                    kept("ModelPackageDescription", CommonShapes.DESCRIPTION),
                    kept("ModelPackageRegistrationType", REGISTRATION),
                    works("InferenceSpecification", ModelPackageContainerShapes.INFERENCE_SPECIFICATION),
                    refused("ValidationSpecification", "Validations of model packages are"),
                    refused("SourceAlgorithmSpecification", "Algorithms are"),
                    kept("CertifyForMarketplace", new Flag()),
                    works("Tags", TagShapes.TAGS),
                    works("ModelApprovalStatus", APPROVAL),
                    kept("MetadataProperties", METADATA_PROPERTIES),
                    kept("ModelMetrics", ModelMetricsShapes.MODEL_METRICS),
                    works("ClientToken", CLIENT_TOKEN),
                    kept("Domain", new Text(0, 1024)),
                    kept("Task", new Text(0, 1024)),
                    kept("SamplePayloadUrl", CommonShapes.URL),
                    works("CustomerMetadataProperties", METADATA),
                    kept("DriftCheckBaselines", ModelMetricsShapes.DRIFT_CHECK_BASELINES),
                    works("AdditionalInferenceSpecifications", ModelPackageContainerShapes.ADDITIONAL),
                    kept("SkipModelValidation", Choice.of("All", "None")),
                    kept("SourceUri", SOURCE_URI),
                    kept(
                            "SecurityConfig",
                            Structure.of(
                                    "ModelPackageSecurityConfig",
                                    kept("KmsKeyId", CommonShapes.KMS_KEY).required())),
                    kept("ModelCard", MODEL_CARD),
                    kept("ModelLifeCycle", LIFE_CYCLE),
                    kept("ManagedStorageType", Choice.of("Restricted")))
            .with(
                    TagShapes.DIFFERENT_KEYS,
                    Rule.exactlyOneOf("ModelPackageName", "ModelPackageGroupName"),
                    new Rule(
                            "Tags must not be given with ModelPackageGroupName: versions have the tags of their group.",
                            request -> !request.has("ModelPackageGroupName")
                                    || request.path("Tags").isEmpty()),
                    differentNames("AdditionalInferenceSpecifications"));

    static final Structure DESCRIBE = Structure.of(
            "DescribeModelPackage",
            works("ModelPackageName", PACKAGE).required(),
            kept("IncludedData", Choice.of("AllData", "MetadataOnly")));

    static final Structure LIST = new Structure("ListModelPackages", listMembers(), List.of());

    static final Structure UPDATE = Structure.of(
                    "UpdateModelPackage",
                    works("ModelPackageArn", PACKAGE_ARN).required(),
                    works("ModelApprovalStatus", APPROVAL),
                    works("ModelPackageRegistrationType", REGISTRATION),
                    works("ApprovalDescription", new Text(0, 1024)),
                    works("CustomerMetadataProperties", METADATA),
                    works("CustomerMetadataPropertiesToRemove", new Items(0, MAX_METADATA, METADATA_KEY)),
                    works("AdditionalInferenceSpecificationsToAdd", ModelPackageContainerShapes.ADDITIONAL),
                    works("InferenceSpecification", ModelPackageContainerShapes.INFERENCE_SPECIFICATION),
                    works("SourceUri", SOURCE_URI),
                    works("ModelCard", MODEL_CARD),
                    works("ModelLifeCycle", LIFE_CYCLE),
                    kept("ClientToken", CLIENT_TOKEN))
            .with(differentNames("AdditionalInferenceSpecificationsToAdd"));

    static final Structure DELETE = CommonShapes.nameOnly("DeleteModelPackage", "ModelPackageName", PACKAGE);

    private ModelPackageShapes() {}

    static Rule differentNames(String member) {
        return new Rule(
                member + " must not hold a Name twice.",
                request -> request.path(member).values().stream()
                                .map(each -> each.get("Name").stringValue())
                                .distinct()
                                .count()
                        == request.path(member).size());
    }

    private static List<Member> listMembers() {
        var members = new ArrayList<>(List.of(CommonShapes.listMembers("Name", "CreationTime")));
        members.add(works("ModelApprovalStatus", APPROVAL));
        members.add(works("ModelPackageGroupName", GROUP));
        members.add(works("ModelPackageType", Choice.of("Versioned", "Unversioned", "Both")));
        return members;
    }
}
