import socket

s = socket.socket()
s.bind(('', 88))
s.listen()
while True:
    c, _ = s.accept()
    c.send(b'HTTP/1.0 200 OK\r\n\r\nPracticing Cookies!')
    c.close()
