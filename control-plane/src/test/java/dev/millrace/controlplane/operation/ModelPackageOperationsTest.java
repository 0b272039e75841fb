package dev.millrace.controlplane.operation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.controlplane.Fixture;
import dev.millrace.controlplane.ModelResource;
import dev.millrace.controlplane.ResourceKind;
import dev.millrace.invocation.ErrorCode;
import dev.millrace.invocation.PlatformException;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

class ModelPackageOperationsTest {
    private static final String ARN = "arn:aws:sagemaker:us-east-1:000000000000:";
    private static final String SPECIFICATION = """
            'InferenceSpecification':{'Containers':[{'Image':'repo/onnx:1','ModelDataUrl':'s3://models/d.tar.gz',
             'Environment':{'A':'package','B':'package'}}],'SupportedContentTypes':['application/json']}""";

    private final Fixture fixture = new Fixture();

    @AfterEach
    void close() {
        fixture.close();
    }

    @Test
    void describesAndListsGroups() {
        fixture.call(
                "CreateModelPackageGroup",
                "{'ModelPackageGroupName':'digits','ModelPackageGroupDescription':'handwritten',"
                        + "'Tags':[{'Key':'k','Value':'v'}]}");
        group("letters");

        ObjectNode described = fixture.call(
                "DescribeModelPackageGroup", "{'ModelPackageGroupName':'" + ARN + "model-package-group/digits'}");
        assertThat(described.path("ModelPackageGroupArn").asString("")).isEqualTo(ARN + "model-package-group/digits");
        assertThat(described.path("ModelPackageGroupStatus").asString("")).isEqualTo("Completed");
        assertThat(described.path("CreatedBy").isObject()).isTrue();
        assertThat(described.path("ModelPackageGroupDescription").asString("")).isEqualTo("handwritten");
        assertThat(texts(
                        fixture.call("ListModelPackageGroups", "{}"),
                        "ModelPackageGroupSummaryList",
                        "ModelPackageGroupName"))
                .containsExactly("digits", "letters");
        assertThat(fixture.call("ListModelPackageGroups", "{'CrossAccountFilterOption':'CrossAccount'}")
                        .get("ModelPackageGroupSummaryList")
                        .isEmpty())
                .isTrue();
        assertThat(fixture.call("ListTags", "{'ResourceArn':'" + ARN + "model-package-group/digits'}")
                        .get("Tags"))
                .hasSize(1);
    }

    @Test
    void countsTheVersionsOfAGroupAndUsesNoNumberTwice() {
        group("digits");
        assertThat(version("digits")).isEqualTo(ARN + "model-package/digits/1");
        assertThat(version(ARN + "model-package-group/digits")).isEqualTo(ARN + "model-package/digits/2");
        fixture.call("DeleteModelPackage", "{'ModelPackageName':'digits/2'}");

        assertThat(version("digits")).isEqualTo(ARN + "model-package/digits/3");
        assertThat(texts(list("{'ModelPackageGroupName':'digits','SortBy':'Name'}"), "ModelPackageArn"))
                .containsExactly(ARN + "model-package/digits/1", ARN + "model-package/digits/3");
    }

    @Test
    void givesEveryVersionOfTwoProcessesItsOwnNumber() throws InterruptedException, ExecutionException {
        group("digits");
        try (var other = fixture.open();
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var operations = new ControlPlaneOperations(other, Fixture.CONFIG, fixture.clock, new Random(3));

            List<Future<ObjectNode>> calls = IntStream.range(0, 10)
                    .mapToObj(n -> threads.submit(() -> (n % 2 == 0 ? fixture.operations : operations)
                            .call("CreateModelPackage", Fixture.json("{'ModelPackageGroupName':'digits'}"))))
                    .toList();
            for (Future<ObjectNode> call : calls) {
                call.get();
            }
        }

        fixture.catalog.load(ResourceKind.MODEL_PACKAGE, "digits/10");
        assertThat(IntStream.rangeClosed(1, 10)
                        .filter(n -> fixture.catalog
                                .load(ResourceKind.MODEL_PACKAGE, "digits/" + n)
                                .isPresent()))
                .hasSize(10);
    }

    @Test
    void answersARepeatedCallWithTheVersionOfTheFirst() {
        group("digits");
        String request = "{'ModelPackageGroupName':'digits','ClientToken':'t-1'}";

        assertThat(fixture.call("CreateModelPackage", request)).isEqualTo(fixture.call("CreateModelPackage", request));
        assertThat(list("{'ModelPackageGroupName':'digits'}").get("ModelPackageSummaryList"))
                .hasSize(1);
    }

    @Test
    void describesAVersion() {
        group("digits");
        fixture.call(
                "CreateModelPackage",
                "{'ModelPackageGroupName':'" + ARN + "model-package-group/digits','ModelPackageDescription':'first',"
                        + "'ClientToken':'t','ModelLifeCycle':{'Stage':'dev','StageStatus':'new'}," + SPECIFICATION
                        + "}");

        ObjectNode described =
                fixture.call("DescribeModelPackage", "{'ModelPackageName':'" + ARN + "model-package/digits/1'}");

        assertThat(described.path("ModelPackageGroupName").asString("")).isEqualTo("digits");
        assertThat(described.path("ModelPackageVersion").intValue()).isEqualTo(1);
        assertThat(described.path("ModelApprovalStatus").asString("")).isEqualTo("PendingManualApproval");
        assertThat(described.path("ModelPackageStatus").asString("")).isEqualTo("Completed");
        assertThat(described
                        .path("ModelPackageStatusDetails")
                        .path("ValidationStatuses")
                        .isArray())
                .isTrue();
        assertThat(described
                        .path("InferenceSpecification")
                        .path("Containers")
                        .get(0)
                        .path("Image")
                        .asString(""))
                .isEqualTo("repo/onnx:1");
        assertThat(described.has("ClientToken")).isFalse();
        assertThat(described.has("LastModifiedTime")).isFalse();
        assertThat(fixture.call("DescribeModelPackage", "{'ModelPackageName':'digits/1'}"))
                .isEqualTo(described);
    }

    @Test
    void listsByKindGroupAndApproval() {
        group("digits");
        group("letters");
        version("digits");
        version("letters");
        fixture.call("CreateModelPackage", "{'ModelPackageName':'alone'}");
        approve("digits/1");

        assertThat(texts(list("{}"), "ModelPackageName")).containsExactly("alone");
        assertThat(list("{'ModelPackageType':'Both'}").get("ModelPackageSummaryList"))
                .hasSize(3);
        assertThat(texts(list("{'ModelPackageType':'Versioned','ModelApprovalStatus':'Approved'}"), "ModelPackageArn"))
                .containsExactly(ARN + "model-package/digits/1");
        assertThat(texts(list("{'ModelPackageGroupName':'letters'}"), "ModelPackageGroupName"))
                .containsExactly("letters");
        assertThat(list("{'ModelPackageGroupName':'none'}")
                        .get("ModelPackageSummaryList")
                        .isEmpty())
                .isTrue();
    }

    @Test
    void changesWhatAnUpdateNamesAndNothingElse() {
        group("digits");
        fixture.call(
                "CreateModelPackage",
                "{'ModelPackageGroupName':'digits','SourceUri':'here','CustomerMetadataProperties':{'a':'1','b':'2'},"
                        + SPECIFICATION + "}");

        ObjectNode answer = fixture.call(
                "UpdateModelPackage",
                "{'ModelPackageArn':'" + ARN + "model-package/digits/1','ModelApprovalStatus':'Approved',"
                        + "'ApprovalDescription':'good','CustomerMetadataProperties':{'c':'3'},"
                        + "'CustomerMetadataPropertiesToRemove':['a'],'AdditionalInferenceSpecificationsToAdd':"
                        + "[{'Name':'gpu','Containers':[{'Image':'repo/gpu:1'}]}]}");

        assertThat(answer.path("ModelPackageArn").asString("")).isEqualTo(ARN + "model-package/digits/1");
        ObjectNode described = fixture.call("DescribeModelPackage", "{'ModelPackageName':'digits/1'}");
        assertThat(described.path("ModelApprovalStatus").asString("")).isEqualTo("Approved");
        assertThat(described.path("ApprovalDescription").asString("")).isEqualTo("good");
        assertThat(described.path("CustomerMetadataProperties")).isEqualTo(Fixture.json("{'b':'2','c':'3'}"));
        assertThat(described.path("AdditionalInferenceSpecifications")).hasSize(1);
        assertThat(described.path("SourceUri").asString("")).isEqualTo("here");
        assertThat(described.has("LastModifiedTime")).isTrue();
        assertFails(
                ErrorCode.VALIDATION_ERROR,
                "UpdateModelPackage",
                "{'ModelPackageArn':'" + ARN + "model-package/digits/1','AdditionalInferenceSpecificationsToAdd':"
                        + "[{'Name':'gpu','Containers':[{'Image':'repo/gpu:2'}]}]}",
                "AdditionalInferenceSpecifications must not hold a Name twice.");
    }

    @Test
    void deletesAGroupThatIsEmptyOnly() {
        group("digits");
        version("digits");
        assertFails(
                ErrorCode.CONFLICT,
                "DeleteModelPackageGroup",
                "{'ModelPackageGroupName':'digits'}",
                "Cannot delete model package group \"" + ARN
                        + "model-package-group/digits\": it holds model packages.");
        assertThat(version("digits")).endsWith("/2");

        fixture.call("DeleteModelPackage", "{'ModelPackageName':'digits/1'}");
        fixture.call("DeleteModelPackage", "{'ModelPackageName':'" + ARN + "model-package/digits/2'}");
        fixture.call("DeleteModelPackageGroup", "{'ModelPackageGroupName':'digits'}");

        assertFails(
                ErrorCode.RESOURCE_NOT_FOUND,
                "DescribeModelPackageGroup",
                "{'ModelPackageGroupName':'digits'}",
                "ModelPackageGroup " + ARN + "model-package-group/digits does not exist.");
    }

    @Test
    void addsNothingToAGroupThatIsBeingDeleted() {
        group("digits");
        fixture.catalog.update(ResourceKind.MODEL_PACKAGE_GROUP, "digits", group -> group.withDeleting(true));

        assertFails(
                ErrorCode.CONFLICT,
                "CreateModelPackage",
                "{'ModelPackageGroupName':'digits'}",
                "Model package group \"" + ARN + "model-package-group/digits\" is being deleted.");
        assertThat(fixture.call("DescribeModelPackageGroup", "{'ModelPackageGroupName':'digits'}")
                        .path("ModelPackageGroupStatus")
                        .asString(""))
                .isEqualTo("Deleting");
    }

    @Test
    void saysWhatExistsAndWhatDoesNot() {
        group("digits");
        fixture.call("CreateModelPackage", "{'ModelPackageName':'alone'}");

        assertFails(
                ErrorCode.CONFLICT,
                "CreateModelPackageGroup",
                "{'ModelPackageGroupName':'digits'}",
                "Cannot create already existing model package group \"" + ARN + "model-package-group/digits\".");
        assertFails(
                ErrorCode.CONFLICT,
                "CreateModelPackage",
                "{'ModelPackageName':'alone'}",
                "Cannot create already existing model package \"" + ARN + "model-package/alone\".");
        String missing = "ModelPackage " + ARN + "model-package/none/7 does not exist.";
        assertFails(ErrorCode.RESOURCE_NOT_FOUND, "DescribeModelPackage", "{'ModelPackageName':'none/7'}", missing);
        assertFails(ErrorCode.RESOURCE_NOT_FOUND, "DeleteModelPackage", "{'ModelPackageName':'none/7'}", missing);
        for (String arn : List.of(
                ARN + "model-package/none/7",
                ARN + "model-package/../topic/t",
                "arn:aws:sagemaker:eu-central-1:000000000000:model-package/alone")) {
            assertFails(
                    ErrorCode.RESOURCE_NOT_FOUND,
                    "UpdateModelPackage",
                    "{'ModelPackageArn':'" + arn + "'}",
                    "ModelPackage " + arn + " does not exist.");
        }
        assertFails(
                ErrorCode.RESOURCE_NOT_FOUND,
                "CreateModelPackage",
                "{'ModelPackageGroupName':'none'}",
                "ModelPackageGroup " + ARN + "model-package-group/none does not exist.");
    }

    @Test
    void servesWhatAnApprovedPackageSays() {
        group("digits");
        fixture.call("CreateModelPackage", "{'ModelPackageGroupName':'digits'," + SPECIFICATION + """
                ,'AdditionalInferenceSpecifications':[{'Name':'gpu','Containers':[{'Image':'repo/gpu:1'}]}]}""");
        String model = "{'ModelName':'%s','PrimaryContainer':{'ModelPackageName':'" + ARN
                + "model-package/digits/1','Environment':{'B':'model'}%s}}";
        assertFails(
                ErrorCode.VALIDATION_ERROR,
                "CreateModel",
                model.formatted("early", ""),
                "Model package \"" + ARN
                        + "model-package/digits/1\" is not approved: its ModelApprovalStatus is PendingManualApproval.");
        approve("digits/1");

        fixture.call("CreateModel", model.formatted("usual", ""));
        fixture.call("CreateModel", model.formatted("gpu", ",'InferenceSpecificationName':'gpu'"));

        ModelResource usual = fixture.catalog.find(ResourceKind.MODEL, "usual").orElseThrow();
        assertThat(usual.image()).isEqualTo("repo/onnx:1");
        assertThat(String.valueOf(usual.modelData())).contains("d.tar.gz");
        assertThat(usual.environment()).containsEntry("A", "package").containsEntry("B", "model");
        assertThat(fixture.catalog.find(ResourceKind.MODEL, "gpu").orElseThrow().image())
                .isEqualTo("repo/gpu:1");
        assertThat(fixture.call("DescribeModel", "{'ModelName':'usual'}")
                        .path("PrimaryContainer")
                        .has("Image"))
                .isFalse();
        assertFails(
                ErrorCode.VALIDATION_ERROR,
                "CreateModel",
                model.formatted("none", ",'InferenceSpecificationName':'tpu'"),
                "has no inference specification tpu.");
        assertFails(
                ErrorCode.RESOURCE_NOT_FOUND,
                "CreateModel",
                "{'ModelName':'m','PrimaryContainer':{'ModelPackageName':'none'}}",
                "ModelPackage " + ARN + "model-package/none does not exist.");
    }

    private void group(String name) {
        fixture.call("CreateModelPackageGroup", "{'ModelPackageGroupName':'" + name + "'}");
    }

    /// @return its ARN
    private String version(String group) {
        return fixture.call("CreateModelPackage", "{'ModelPackageGroupName':'" + group + "'}")
                .get("ModelPackageArn")
                .stringValue();
    }

    private void approve(String name) {
        fixture.call(
                "UpdateModelPackage",
                "{'ModelPackageArn':'" + ARN + "model-package/" + name + "','ModelApprovalStatus':'Approved'}");
    }

    private JsonNode list(String request) {
        return fixture.call("ListModelPackages", request);
    }

    private static List<String> texts(JsonNode answer, String member) {
        return texts(answer, "ModelPackageSummaryList", member);
    }

    private static List<String> texts(JsonNode answer, String list, String member) {
        return answer.get(list).values().stream()
                .map(each -> each.path(member).asString(""))
                .toList();
    }

    private void assertFails(ErrorCode code, String operation, String request, String message) {
        assertThatThrownBy(() -> fixture.call(operation, request))
                .isInstanceOfSatisfying(PlatformException.class, e -> {
                    assertThat(e.code()).isEqualTo(code);
                    assertThat(e.text()).contains(message);
                });
    }
}
