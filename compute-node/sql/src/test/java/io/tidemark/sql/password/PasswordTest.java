package io.tidemark.sql.password;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PasswordTest {
  private static final byte[] SCRAMBLE = "01234567890123456789".getBytes(US_ASCII);

  private static byte[] digest(String algorithm, byte[]... parts) throws NoSuchAlgorithmException {
    MessageDigest digest = MessageDigest.getInstance(algorithm);
    for (byte[] part : parts) {
      digest.update(part);
    }
    return digest.digest();
  }

  /// Expected texts are those of OpenSSL (`openssl passwd -5`).
  @ParameterizedTest
  @CsvSource({
    "Hello world!,saltstringsaltst,a5C8Ofk71MUIoKve2QuP9FMl.dwNgseF5tR1LGAL7iB",
    "a much longer password that exceeds thirty-two bytes of a digest block,abc,"
        + "qOcA.tHJafnYrMJH.2hRvHO0Lps/ZR8JiTXjr9xkXh1",
    "x,0123456789abcdef,.fULuWHW4LFdceMju5Z2fLohL4aL5Nk149iH4KnvtJ9"
  })
  void cryptsAsUnixDoes(String password, String salt, String expected) {
    assertThat(Sha256Crypt.hash(password.getBytes(US_ASCII), salt.getBytes(US_ASCII), 5000))
        .isEqualTo(expected);
  }

  @Test
  void storesNativePasswordsAsMySqlDoes() {
    assertThat(NativePassword.store("password".getBytes(US_ASCII)))
        .isEqualTo("*2470C0C06DEE42FD1618BB99005ADCA2EC9D1E19");
    assertThat(NativePassword.store(new byte[0])).isEmpty();
    assertThat(NativePassword.isStored("*2470C0C06DEE42FD1618BB99005ADCA2EC9D1E19")).isTrue();
    assertThat(NativePassword.isStored("2470C0C06DEE42FD1618BB99005ADCA2EC9D1E19")).isFalse();
  }

  @Test
  void acceptsTheRightNativeResponseOnly() throws NoSuchAlgorithmException {
    byte[] password = "secret".getBytes(US_ASCII);
    String stored = NativePassword.store(password);
    byte[] once = digest("SHA-1", password);
    byte[] response = Digests.xor(once, digest("SHA-1", SCRAMBLE, digest("SHA-1", once)));
    assertThat(NativePassword.verify(stored, SCRAMBLE, response)).isTrue();
    response[7] ^= 1;
    assertThat(NativePassword.verify(stored, SCRAMBLE, response)).isFalse();
    assertThat(NativePassword.verify(stored, SCRAMBLE, new byte[0])).isFalse();
    assertThat(NativePassword.verify(NativePassword.DECOY, SCRAMBLE, response)).isFalse();
    assertThat(NativePassword.verify("*nonsense", SCRAMBLE, response)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"a", "secret", "pässwörd", "a password of more than thirty-two bytes"})
  void acceptsTheRightSha2PasswordOnly(String password) {
    byte[] bytes = password.getBytes(java.nio.charset.StandardCharsets.UTF_8);
    String stored = CachingSha2Password.store(bytes);
    assertThat(stored).hasSize(70).startsWith("$A$005$");
    assertThat(stored.substring(7, 27)).matches("[!-~&&[^$]]{20}");
    assertThat(CachingSha2Password.isStored(stored)).isTrue();
    assertThat(CachingSha2Password.verify(stored, bytes)).isTrue();
    assertThat(CachingSha2Password.verify(stored, (password + "x").getBytes(US_ASCII))).isFalse();
    assertThat(CachingSha2Password.verify(CachingSha2Password.DECOY, bytes)).isFalse();
    assertThat(CachingSha2Password.isStored(CachingSha2Password.DECOY)).isTrue();
    assertThat(CachingSha2Password.verify(stored, new byte[300])).isFalse();
  }

  @Test
  void acceptsTheRightFastSha2ResponseOnly() throws NoSuchAlgorithmException {
    byte[] password = "secret".getBytes(US_ASCII);
    byte[] once = digest("SHA-256", password);
    byte[] twice = digest("SHA-256", once);
    byte[] response = Digests.xor(once, digest("SHA-256", digest("SHA-256", once), SCRAMBLE));
    assertThat(CachingSha2Password.digestTwice(password)).isEqualTo(twice);
    assertThat(CachingSha2Password.verifyFast(twice, SCRAMBLE, response)).isTrue();
    response[31] ^= 1;
    assertThat(CachingSha2Password.verifyFast(twice, SCRAMBLE, response)).isFalse();
  }

  @Test
  void readsWhatAnotherServerStored() {
    // MySQL 8.0's layout with a salt of 20 bytes, among them control characters.
    byte[] salt = HexFormat.of().parseHex("0102030405060708090a0b0c0d0e0f1011121314");
    String stored =
        "$A$005$"
            + new String(salt, java.nio.charset.StandardCharsets.ISO_8859_1)
            + Sha256Crypt.hash("pw".getBytes(US_ASCII), salt, 5000);
    assertThat(CachingSha2Password.verify(stored, "pw".getBytes(US_ASCII))).isTrue();
  }
}
