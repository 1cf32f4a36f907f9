package io.tidemark.storage.object.s3;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.tidemark.storage.object.s3.FakeS3Http.Answer;
import io.tidemark.storage.object.s3.FakeS3Http.Body;
import io.tidemark.storage.object.s3.FakeS3Http.Request;
import java.io.ByteArrayOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The objects and unfinished uploads of a [FakeS3], as strict as the real one where that matters
/// here. Every request is one step: guarded by this.
final class FakeS3Bucket {
  private static final int MIN_PART_BYTES = 5 << 20;
  private static final Pattern RANGE = Pattern.compile("bytes=([0-9]+)-([0-9]+)");
  private static final Pattern PART = Pattern.compile("<Part>.*?</Part>", Pattern.DOTALL);

  private final int pageSize;
  private final boolean ignoresConditions;
  private final TreeMap<String, Stored> objects = new TreeMap<>();
  private final Map<String, Upload> uploads = new HashMap<>();
  private int nextUpload = 1;

  /// `pageSize` is the most that one answer lists; `ignoresConditions` makes it the kind of store
  /// that takes conditional puts for puts.
  FakeS3Bucket(int pageSize, boolean ignoresConditions) {
    this.pageSize = pageSize;
    this.ignoresConditions = ignoresConditions;
  }

  private record Stored(Body body, Map<String, String> metadata, String etag) {}

  private record Upload(
      String name, Map<String, String> metadata, TreeMap<Integer, Stored> parts) {}

  synchronized Answer answer(Request request) {
    return switch (request.operation()) {
      case PUT_OBJECT -> put(request);
      case GET_OBJECT -> get(request);
      case HEAD_OBJECT -> head(request);
      case DELETE_OBJECT -> {
        objects.remove(request.name());
        yield Answer.of(204, new byte[0]);
      }
      case LIST_OBJECTS -> list(request);
      case CREATE_UPLOAD -> createUpload(request);
      case UPLOAD_PART -> uploadPart(request);
      case COMPLETE_UPLOAD -> completeUpload(request);
      case ABORT_UPLOAD ->
          uploads.remove(request.query().get("uploadId")) == null
              ? Answer.error(404, "NoSuchUpload")
              : Answer.of(204, new byte[0]);
    };
  }

  synchronized int unfinishedUploads() {
    return uploads.size();
  }

  private Answer put(Request request) {
    if (request.header("if-match").isPresent()) {
      return Answer.error(501, "NotImplemented");
    }
    boolean absentOnly = request.header("if-none-match").isPresent();
    if (absentOnly && !request.header("if-none-match").get().equals("*")) {
      return Answer.error(501, "NotImplemented");
    }
    if (absentOnly && !ignoresConditions && objects.containsKey(request.name())) {
      return Answer.error(412, "PreconditionFailed");
    }
    Stored stored = stored(request);
    objects.put(request.name(), stored);
    return Answer.of(200, new byte[0]).with("ETag", stored.etag());
  }

  private Answer get(Request request) {
    Stored stored = objects.get(request.name());
    if (stored == null) {
      return Answer.error(404, "NoSuchKey");
    }
    byte[] all = stored.body().bytes();
    String range = request.headers().get("range");
    if (range == null) {
      return describe(Answer.of(200, all), stored);
    }
    Matcher matcher = RANGE.matcher(range);
    if (!matcher.matches()) {
      return Answer.error(400, "InvalidArgument");
    }
    long first = Long.parseLong(matcher.group(1));
    long last = Math.min(Long.parseLong(matcher.group(2)), all.length - 1);
    if (first >= all.length) {
      return Answer.error(416, "InvalidRange");
    }
    return describe(Answer.of(206, Arrays.copyOfRange(all, (int) first, (int) last + 1)), stored)
        .with("Content-Range", "bytes %d-%d/%d".formatted(first, last, all.length));
  }

  private Answer head(Request request) {
    Stored stored = objects.get(request.name());
    return stored == null
        ? Answer.of(404, new byte[0])
        : describe(
            new Answer(200, new TreeMap<>(), new Body(new byte[0]), stored.body().bytes().length),
            stored);
  }

  private static Answer describe(Answer answer, Stored stored) {
    stored.metadata().forEach(answer::with);
    return answer.with("ETag", stored.etag());
  }

  private Answer list(Request request) {
    if (!"2".equals(request.query().get("list-type"))) {
      return Answer.error(501, "NotImplemented");
    }
    String prefix = request.query().getOrDefault("prefix", "");
    String after = request.query().getOrDefault("continuation-token", "");
    StringBuilder xml = new StringBuilder("<ListBucketResult>");
    int listed = 0;
    String last = "";
    boolean truncated = false;
    for (Map.Entry<String, Stored> entry : objects.tailMap(prefix, true).entrySet()) {
      String name = entry.getKey();
      if (!name.startsWith(prefix)) {
        break;
      }
      if (name.compareTo(after) <= 0) {
        continue;
      }
      if (listed == pageSize) {
        truncated = true;
        break;
      }
      xml.append(
          "<Contents><Key>%s</Key><Size>%d</Size></Contents>"
              .formatted(name, entry.getValue().body().bytes().length));
      last = name;
      listed++;
    }
    xml.append("<IsTruncated>").append(truncated).append("</IsTruncated>");
    if (truncated) {
      xml.append("<NextContinuationToken>").append(last).append("</NextContinuationToken>");
    }
    return Answer.of(200, xml.append("</ListBucketResult>").toString().getBytes(UTF_8));
  }

  private Answer createUpload(Request request) {
    String id = "upload" + nextUpload++;
    uploads.put(id, new Upload(request.name(), stored(request).metadata(), new TreeMap<>()));
    return Answer.of(
        200,
        "<InitiateMultipartUploadResult><UploadId>%s</UploadId></InitiateMultipartUploadResult>"
            .formatted(id)
            .getBytes(UTF_8));
  }

  private Answer uploadPart(Request request) {
    Upload upload = uploads.get(request.query().get("uploadId"));
    if (upload == null || !upload.name().equals(request.name())) {
      return Answer.error(404, "NoSuchUpload");
    }
    Stored part = stored(request);
    upload.parts().put(Integer.parseInt(request.query().get("partNumber")), part);
    return Answer.of(200, new byte[0]).with("ETag", part.etag());
  }

  private Answer completeUpload(Request request) {
    String id = request.query().get("uploadId");
    Upload upload = uploads.get(id);
    if (upload == null || !upload.name().equals(request.name())) {
      return Answer.error(404, "NoSuchUpload");
    }
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    List<Stored> parts = new ArrayList<>();
    int before = 0;
    Matcher matcher = PART.matcher(new String(request.body().bytes(), UTF_8));
    while (matcher.find()) {
      int number = Integer.parseInt(element(matcher.group(), "PartNumber"));
      Stored part = upload.parts().get(number);
      if (part == null || !part.etag().equals(element(matcher.group(), "ETag"))) {
        return Answer.error(400, "InvalidPart");
      }
      if (number <= before) {
        return Answer.error(400, "InvalidPartOrder");
      }
      if (!parts.isEmpty() && parts.getLast().body().bytes().length < MIN_PART_BYTES) {
        return Answer.error(400, "EntityTooSmall");
      }
      before = number;
      parts.add(part);
      all.writeBytes(part.body().bytes());
    }
    if (parts.isEmpty()) {
      return Answer.error(400, "MalformedXML");
    }
    uploads.remove(id);
    byte[] content = all.toByteArray();
    String etag = "\"" + md5(content) + "-" + parts.size() + "\"";
    objects.put(upload.name(), new Stored(new Body(content), upload.metadata(), etag));
    return Answer.of(
        200,
        ("<CompleteMultipartUploadResult><ETag>" + etag + "</ETag></CompleteMultipartUploadResult>")
            .getBytes(UTF_8));
  }

  private static String element(String xml, String name) {
    int start = xml.indexOf("<" + name + ">") + name.length() + 2;
    return xml.substring(start, xml.indexOf("</" + name + ">")).replace("&quot;", "\"");
  }

  private static Stored stored(Request request) {
    Map<String, String> metadata = new TreeMap<>();
    request
        .headers()
        .forEach((name, value) -> {
          if (name.startsWith("x-amz-meta-")) {
            metadata.put(name, value);
          }
        });
    byte[] content = request.body().bytes();
    return new Stored(new Body(content), metadata, "\"" + md5(content) + "\"");
  }

  private static String md5(byte[] content) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("MD5").digest(content));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
