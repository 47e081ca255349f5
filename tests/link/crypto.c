// link: /usr/lib/x86_64-linux-gnu/libcrypto.a -lpthread -ldl
// needs: /usr/lib/x86_64-linux-gnu/libcrypto.a libssl-dev
#include <openssl/bn.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <stdio.h>
#include <string.h>

static void show(const char *name, const unsigned char *bytes, unsigned n)
{
    printf("%s ", name);
    for (unsigned i = 0; i < n; i++)
        printf("%02x", bytes[i]);
    puts("");
}

int main(void)
{
    static const char *names[] = { "md5", "sha1", "sha256", "sha512", "sha3-256", "blake2s256" };
    unsigned char digest[64], out[64];
    unsigned n;
    for (unsigned i = 0; i < sizeof names / sizeof *names; i++) {
        const EVP_MD *md = EVP_get_digestbyname(names[i]);
        if (!md || !EVP_Digest("tine", 4, digest, &n, md, 0))
            return 1;
        show(names[i], digest, n);
    }
    HMAC(EVP_sha256(), "key", 3, (const unsigned char *)"text", 4, digest, &n);
    show("hmac", digest, n);
    EVP_CIPHER_CTX *c = EVP_CIPHER_CTX_new();
    int len, more;
    unsigned char key[32] = "0123456789abcdef0123456789abcde", iv[16] = "fedcba987654321";
    EVP_EncryptInit_ex(c, EVP_aes_256_cbc(), 0, key, iv);
    EVP_EncryptUpdate(c, out, &len, (const unsigned char *)"attack at dawn", 14);
    EVP_EncryptFinal_ex(c, out + len, &more);
    show("aes-256-cbc", out, len + more);
    EVP_CIPHER_CTX_free(c);
    BN_CTX *ctx = BN_CTX_new();
    BIGNUM *a = 0, *e = 0, *m = 0, *r = BN_new();
    BN_dec2bn(&a, "123456789012345678901234567890");
    BN_dec2bn(&e, "65537");
    BN_dec2bn(&m, "340282366920938463463374607431768211507");
    BN_mod_exp(r, a, e, m, ctx);
    char *text = BN_bn2dec(r);
    puts(text);
    OPENSSL_free(text);
    return 0;
}
