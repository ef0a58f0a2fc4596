using System.ComponentModel;
using System.Diagnostics;
using System.Text;
using System.Text.Json;
using MqttPay.Host.Signatures;
using MqttPay.Wire;
using Xunit;

namespace MqttPay.IntegrationTests.Wire;

/// <summary>Two COSE libraries in another language verify our messages, and theirs parse here.</summary>
public sealed class CoseNodeTests(CoseNodeTests.Answer answer) : IClassFixture<CoseNodeTests.Answer>
{
    [Fact]
    public void Both_libraries_verify_all_our_es256_requests_and_only_under_our_external_aad()
    {
        var verified = answer.Root.GetProperty("verified");

        Assert.Equal(23, verified.GetProperty("cose-js").GetInt32());
        Assert.Equal(23, verified.GetProperty("@auth0/cose").GetInt32());
    }

    [Fact]
    public void Messages_that_the_libraries_make_parse_here_and_verify()
    {
        var made = answer.Root.GetProperty("made").EnumerateArray().ToArray();
        using var key = DeviceKey();

        Assert.Equal(46, made.Length);
        Assert.All(made, one =>
        {
            var message = Convert.FromHexString(one.GetProperty("message").GetString()!);
            Assert.Equal(WireError.None, RequestCodec.TryParse(message, out var view));
            Assert.Equal(
                one.GetProperty("payload").GetString(),
                Convert.ToHexStringLower(RequestCodec.EncodePayload(view.ToRequest())));
            var toBeSigned = new byte[RequestView.ToBeSignedMax];
            var length = view.WriteToBeSigned(message, toBeSigned);
            var signed = WithAad(toBeSigned[..length], one.GetProperty("aad").GetString()!);
            Assert.True(key.Verify(signed, view.Signature(message)));
        });
    }

    /// <summary>Our Sig_structure with another external_aad in its place: 13 bytes behind 27.</summary>
    private static byte[] WithAad(byte[] toBeSigned, string aad) =>
        [.. toBeSigned[..26], (byte)(0x40 + aad.Length), .. Encoding.ASCII.GetBytes(aad), .. toBeSigned[40..]];

    private static VerifyingKey DeviceKey()
    {
        var keys = JsonDocument.Parse(File.ReadAllText(Path.Combine(Answer.Vectors, "keys.json")));
        var device = keys.RootElement.GetProperty("keys").EnumerateArray()
            .Single(key => key.GetProperty("name").GetString() == "device-es256");
        return VerifyingKey.TryCreate(
            PublicKey.FromCoseKey(Convert.FromHexString(device.GetProperty("public_key").GetString()!))!)!;
    }

    /// <summary>
    /// What the script in the folder <c>node</c> says, after its pinned packages were installed once.
    /// </summary>
    public sealed class Answer
    {
        private static readonly string Repository = FindRoot();
        private static readonly string[] Files = ["package.json", "package-lock.json", "check.mjs"];

        public Answer()
        {
            var folder = Path.Combine(Repository, "artifacts", "cose-node");
            Directory.CreateDirectory(folder);
            foreach (var file in Files)
                File.Copy(Path.Combine(Repository, "tests/integration/Wire/node", file), Path.Combine(folder, file),
                    true);
            Run(folder, "npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund");
            Root = JsonDocument.Parse(Run(folder, "node", "check.mjs", Vectors)).RootElement;
        }

        public static string Vectors => Path.Combine(Repository, "tests/vectors");

        public JsonElement Root { get; }

        private static string Run(string folder, string program, params string[] arguments)
        {
            var start = new ProcessStartInfo(program, arguments)
            {
                WorkingDirectory = folder,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            };
            try
            {
                using var process = Process.Start(start)!;
                var errors = process.StandardError.ReadToEndAsync();
                var output = process.StandardOutput.ReadToEnd();
                process.WaitForExit();
                Assert.True(process.ExitCode is 0,
                    $"{program} {arguments[0]} ended with {process.ExitCode}: {errors.Result}");
                return output;
            }
            catch (Win32Exception)
            {
                throw new InvalidOperationException($"{program} is missing. Install it: apt-get install nodejs npm");
            }
        }

        private static string FindRoot()
        {
            var folder = new DirectoryInfo(AppContext.BaseDirectory);
            while (!File.Exists(Path.Combine(folder.FullName, "MqttPay.sln"))) folder = folder.Parent!;
            return folder.FullName;
        }
    }
}
