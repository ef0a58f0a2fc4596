Console.Error.WriteLine("MqttPay.FirmwareSim: no verbs yet.");
return 2;
